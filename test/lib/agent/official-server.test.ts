import {describe, expect, it} from 'vitest'
import {encodeKick} from '../../../src/lib/protocol/agent/kick.ts'
import {AGENT_PATHS} from '../../../src/lib/protocol/agent/paths.ts'
import {SIGNATURE_HEADERS} from '../../../src/lib/protocol/agent/signature.ts'
import {setUpAgent} from '../../support/agent-in-process.ts'
import {taskItem} from '../../support/agent-server.ts'

// The exchange as the official service has it: a fetch names a task and is answered with that one (agent-protocol, 13).
describe('an agent at the official service', () => {
  it('asks for every task that it was kicked for, however fast the kicks come', async () => {
    await using setup = await setUpAgent({assist: false})
    const {server} = setup
    const ids = ['t-1', 't-2', 't-3', 't-4', 't-5', 't-6']
    server.run = ids.map((id) => taskItem(id, 'true'))
    server.byTaskId = true
    for (const id of ids) server.kick(encodeKick({kind: 'run', taskId: id}))
    for (const id of ids) await server.waitForEnd(id)
  })

  it('takes the id of the instance from the top of the list', async () => {
    await using setup = await setUpAgent({assist: false})
    const {server} = setup
    const item = taskItem('t-1', 'echo {{ACS::InstanceId}}', {enableParameter: true, builtInParameter: {}})
    server.offer(item)
    const {report} = await server.waitForEnd('t-1')
    expect(report).toMatchObject({kind: 'finish', exitCode: 0})
    expect(server.output('t-1').toString()).toBe('mi-stub\n')
  })

  it('sends output once a second at most, whatever it is asked for', async () => {
    await using setup = await setUpAgent({assist: false})
    const {server} = setup
    const script = 'for i in 1 2 3 4 5 6 7 8; do head -c 3000 /dev/zero; sleep 0.2; done'
    server.offer(taskItem('t-1', script, {output: {interval: 1}}))
    await server.waitForEnd('t-1')
    expect(server.of('t-1').length).toBeLessThanOrEqual(4)
  })

  it('tells the clock that a schedule goes by with its reports, and nothing of it with others', async () => {
    await using setup = await setUpAgent({assist: false})
    const {server} = setup
    server.offer(
      taskItem('t-1', 'true'),
      taskItem('t-2', 'true', {repeat: 'Rate', cron: 'rate(1s)', creationTime: Date.now()}),
      taskItem('t-3', 'true', {repeat: 'Period', cron: '* * * * * ? Asia/Shanghai'}),
    )
    for (const id of ['t-1', 't-2', 't-3']) await server.waitForEnd(id)
    const told = (id: string) => {
      const query = server.queries.find(
        (one) => one.path === AGENT_PATHS.finish && one.query.get('taskId') === id,
      )?.query
      return ['currentTime', 'offset', 'timeZone'].map((name) => query?.get(name) ?? null)
    }
    expect(told('t-1')).toEqual([null, null, null])
    expect(told('t-2')).toEqual([expect.stringMatching(/^\d{13}$/), null, null])
    expect(told('t-3')).toEqual([expect.stringMatching(/^\d{13}$/), '28800', 'Asia/Shanghai'])
  })

  it('says nothing that only our own server knows, and takes 400 for an answer', async () => {
    await using setup = await setUpAgent({assist: false})
    const {server, log} = setup
    server.fault = ({path}) => (path === AGENT_PATHS.finish ? {status: 400} : undefined)
    server.offer(taskItem('t-1', 'true'))
    await server.waitFor('the report', () => server.queries.some(({path}) => path === AGENT_PATHS.finish))
    await server.waitFor('its end', () => log.lines.some((line) => line.includes('run ended')))
    expect(log.lines.filter((line) => line.includes('was not taken'))).toEqual([])
    expect(server.headerNames.has(SIGNATURE_HEADERS.strong)).toBe(false)
  })
})
