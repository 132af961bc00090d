import {describe, expect, it} from 'vitest'
import {errorText} from '../../../../src/lib/view/run/error-text.ts'

describe('errorText', () => {
  it.each([
    {name: 'nothing where there is nothing', errorCode: '', errorInfo: '', text: ''},
    {name: 'a code alone', errorCode: 'Undefined', errorInfo: '', text: 'Undefined'},
    {name: 'words alone', errorCode: '', errorInfo: 'no room', text: 'no room'},
    {
      name: 'a code once, however often the agent repeats it',
      errorCode: 'ContainerConnectFailed',
      errorInfo: 'ContainerConnectFailed: ContainerConnectFailed: no such container',
      text: 'ContainerConnectFailed: no such container',
    },
    {
      name: 'a code of one word once',
      errorCode: 'Undefined',
      errorInfo: 'Undefined: Undefined: why',
      text: 'Undefined: why',
    },
    {
      name: 'one code of several',
      errorCode: 'WorkingDirectoryNotExist',
      errorInfo: 'workingDirectory: WorkingDirectoryNotExist: "/x" does not exist',
      text: 'WorkingDirectoryNotExist: "/x" does not exist',
    },
    {
      name: 'nothing for what Go programs call <nil>',
      errorCode: 'ExecutionException',
      errorInfo: 'exec failed: <nil>: <nil>',
      text: 'ExecutionException: exec failed',
    },
    {name: 'a <nil> that is part of a word', errorCode: '', errorInfo: 'x<nil>y', text: 'x<nil>y'},
    {name: 'no orders to a terminal', errorCode: '', errorInfo: 'a\x1b[2J', text: 'a\\x1b[2J'},
  ])('says $name', ({errorCode, errorInfo, text}) => {
    expect(errorText({errorCode, errorInfo})).toBe(text)
  })
})
