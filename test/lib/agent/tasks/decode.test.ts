import {describe, expect, it} from 'vitest'
import {decodeTaskList} from '../../../../src/lib/agent/tasks/decode.ts'
import {taskItem} from '../../../support/agent-server.ts'

function list(...run: unknown[]): string {
  return JSON.stringify({code: 200, run, stop: [], test: [], file: [], session: []})
}

describe('decodeTaskList', () => {
  it('reads a task into our units', () => {
    const {run} = decodeTaskList(
      list(taskItem('t-1', 'echo 1', {timeOut: '90', workingDirectory: '/tmp', terminationMode: 'Process'})),
    )
    expect(run).toMatchObject([
      {id: 't-1', timeoutMs: 90_000, workingDirectory: '/tmp', repeat: 'Once', endScope: 'process'},
    ])
    expect(run[0]?.script.toString()).toBe('echo 1')
  })

  it.each([
    {name: 'an unknown type', bad: {type: 'RunRuby'}, param: 'TypeInvalid', value: 'TypeInvalid_RunRuby'},
    {name: 'an unknown repeat', bad: {repeat: 'Never'}, param: 'repeat', value: 'RepeatInvalid_Never'},
    {
      name: 'an id with a slash',
      bad: {taskID: 'a/b'},
      param: 'taskID',
      value: expect.stringContaining('TaskIdInvalid'),
    },
    {
      name: 'an id with two dots',
      bad: {taskID: 'a..b'},
      param: 'taskID',
      value: expect.stringContaining('TaskIdInvalid'),
    },
    {
      name: 'a script that is no Base64',
      bad: {commandContent: '§§§'},
      param: 'CommandContentInvalid',
      value: expect.any(String),
    },
    {
      name: 'a script that is no string',
      bad: {commandContent: 7},
      param: 'CommandContentInvalid',
      value: expect.any(String),
    },
    {
      name: 'a script of 5 MB',
      bad: {commandContent: 'QUFB'.repeat(1_300_000)},
      param: 'CommandContentInvalid',
      value: expect.stringContaining('3900000 bytes'),
    },
    {name: 'a negative timeout', bad: {timeOut: '-5'}, param: 'timeOut', value: 'TimeoutInvalid_-5'},
  ])('refuses $name, and still reads the others of the list', ({bad, param, value}) => {
    const broken = taskItem('t-bad', 'echo')
    const {repeat, ...task} = bad as {repeat?: string}
    Object.assign(broken.task, task)
    if (repeat !== undefined) broken.repeat = repeat
    const {run, refused} = decodeTaskList(list(broken, taskItem('t-good', 'echo', {unknownField: {deep: [1]}})))
    expect(refused).toEqual([{taskId: broken.task.taskID, invokeVersion: 0, param, value}])
    expect(run.map(({id}) => id)).toEqual(['t-good'])
  })

  it.each([
    {name: 'null', item: null},
    {name: 'a number', item: 4},
    {name: 'no task', item: {output: {}}},
    {name: 'no id', item: {task: {type: 'RunShellScript'}}},
    {name: 'an id of 65 characters', item: taskItem('x'.repeat(65), 'echo')},
  ])('counts $name as unreadable', ({item}) => {
    expect(decodeTaskList(list(item, taskItem('t-good', 'echo')))).toMatchObject({unreadable: 1, run: [{id: 't-good'}]})
  })

  it.each([
    {name: 'a missing timeout as an hour', timeOut: null, expected: 3_600_000},
    {name: 'zero as no limit', timeOut: '0', expected: undefined},
    {name: 'a number as seconds, too', timeOut: 30, expected: 30_000},
  ])('takes $name', ({timeOut, expected}) => {
    expect(decodeTaskList(list(taskItem('t', 'echo', {timeOut}))).run[0]?.timeoutMs).toBe(expected)
  })

  it('takes an expression without a repeat for a schedule, as official agents do', () => {
    expect(decodeTaskList(list({...taskItem('t', 'echo', {cron: '0 * * * * *'}), repeat: ''})).run[0]?.repeat).toBe(
      'Period',
    )
  })

  it.each(['', 'no json', '[]', 'null', '"text"'])('throws for %j', (body) => {
    expect(() => decodeTaskList(body)).toThrow(SyntaxError)
  })

  it('takes lists of the wrong type for empty ones', () => {
    expect(decodeTaskList('{"run":7,"stop":"x","test":null}')).toMatchObject({run: [], stop: [], test: []})
  })
})
