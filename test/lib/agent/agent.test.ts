import {describe, expect, it} from 'vitest'
import {setUpAgent} from '../../support/agent-in-process.ts'
import {taskItem} from '../../support/agent-server.ts'

describe('an agent', () => {
  it('runs a kicked script and reports its start, its output and its exit code', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.offer(taskItem('t-1', 'echo hello; echo wrong >&2; exit 3'))
    const {report, body} = await server.waitForEnd('t-1')
    expect(report).toMatchObject({kind: 'finish', exitCode: 3, dropped: 0, invokeVersion: 0, offset: 0})
    expect(body.toString()).toBe('hello\nwrong\n')
    expect(server.of('t-1').map(({report}) => report.kind)).toEqual(['running', 'finish'])
    expect(server.answers).toEqual(['accept:kick_vm task run t-1'])
  })
})
