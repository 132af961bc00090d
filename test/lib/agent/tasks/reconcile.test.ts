import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {listProcesses} from '../../../../src/lib/agent/process/table.ts'
import {DEREGISTER_KICK} from '../../../../src/lib/protocol/agent/kick.ts'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {setUpAgent} from '../../../support/agent-in-process.ts'
import {taskItem} from '../../../support/agent-server.ts'

const everySecond = {repeat: 'Rate', cron: 'rate(1s)', creationTime: 1}
const yearly = {repeat: 'Period', cron: '0 0 0 1 1 ?'}

describe('what the server does not want to go on', () => {
  it.each([
    {name: 'a task that it does not know', fault: {status: 404, body: '{"code":404,"message":"no such task"}'}},
    {name: 'a task that is over', fault: {status: 200, body: '{"code":200,"over":true}'}},
    {name: 'anything of a machine that was deregistered', fault: {status: 403, body: '{"code":403}'}},
  ])('ends, schedule and script: $name', async ({fault}) => {
    await using setup = await setUpAgent()
    const {server, stateDir, log} = setup
    const reports: string[] = Object.entries(AGENT_PATHS).flatMap(([name, path]) =>
      ['running', 'finish', 'stopped'].includes(name) ? [path] : [],
    )
    let told = 0
    server.fault = ({path}) => {
      if (!reports.includes(path)) return undefined
      told++
      return fault
    }
    server.offer(taskItem('t-1', 'sleep 30', everySecond))
    await server.waitFor('the schedule to end', () => told > 0 && setup.agent().activeSchedules() === 0)
    await server.waitFor('the script to end', () => setup.agent().runningCount() === 0)
    expect(existsSync(join(stateDir, 'schedules', 't-1'))).toBe(false)
    expect(log.lines.some((line) => line.includes('it is over at the server'))).toBe(true)
    server.run = []
  })

  it('goes on where a proxy, or a server that is not ours, answers 404 or 403', async () => {
    for (const assist of [true, false]) {
      await using setup = await setUpAgent({assist})
      const {server} = setup
      const body = assist ? '<html>' : '{"code":404}'
      let told = 0
      server.fault = ({path}) => {
        if (path !== AGENT_PATHS.running) return undefined
        told++
        return {status: 404, body}
      }
      server.offer(taskItem('t-1', 'sleep 0.2', everySecond))
      await server.waitFor('two rounds', () => told >= 2 && server.terminal('t-1').length >= 1)
      expect(setup.agent().activeSchedules()).toBe(1)
    }
  })
})

describe('what the agent holds', () => {
  it('is told at the start and with every opening of the kick channel, and ends when the server says so', async () => {
    await using setup = await setUpAgent()
    const {server, stateDir} = setup
    server.offer(taskItem('t-1', 'true', {...yearly, invokeVersion: 3}), taskItem('t-2', 'sleep 30'))
    await server.waitFor('both', () => setup.agent().activeSchedules() === 1 && setup.agent().runningCount() === 1)
    server.run = []
    server.held.length = 0
    server.cutConnections()
    const held = await server.waitFor('what is held', () => server.held[0])
    expect(held.toSorted((a, b) => a.taskId.localeCompare(b.taskId))).toEqual([
      {taskId: 't-1', invokeVersion: 3},
      {taskId: 't-2', invokeVersion: 0},
    ])
    server.stop = [taskItem('t-1', '', yearly), taskItem('t-2', '')]
    server.kick()
    await server.waitForEnd('t-2')
    await server.waitFor('the schedule to end', () => setup.agent().activeSchedules() === 0)
    await setup.stop()

    server.held.length = 0
    await setup.start()
    expect(await server.waitFor('what is held', () => server.held[0])).toEqual([])
    expect(readdirSync(join(stateDir, 'schedules'))).toEqual([])
  })

  it('is told at the start where no kick channel can be had', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.offer(taskItem('t-1', 'true', yearly))
    await server.waitFor('the schedule', () => setup.agent().activeSchedules() === 1)
    server.run = []
    await setup.stop()
    server.held.length = 0
    server.fault = ({path}) => (path === AGENT_PATHS.notify ? 'cut' : undefined)
    server.stop = [taskItem('t-1', '', yearly)]
    await setup.start()
    expect(await server.waitFor('what is held', () => server.held[0])).toEqual([{taskId: 't-1', invokeVersion: 0}])
    await server.waitFor('the schedule to end', () => setup.agent().activeSchedules() === 0)
  })

  it('is no business of a server that is not ours', async () => {
    await using setup = await setUpAgent({assist: false})
    const before = await setup.server.waitFor('a fetch', () => setup.server.fetches.length)
    setup.server.cutConnections()
    await setup.server.waitFor('another fetch', () => setup.server.fetches.length > before)
    expect(setup.server.held).toEqual([])
  })
})

describe('an agent that is told to deregister', () => {
  it('ends what runs and what is scheduled first', async () => {
    await using setup = await setUpAgent()
    const {server, log} = setup
    const agent = setup.agent()
    server.offer(taskItem('t-1', 'true', yearly), taskItem('t-2', 'echo $$; exec sleep 60', {output: {interval: 100}}))
    await server.waitFor('what it prints', () => server.output('t-2').length > 0)
    server.run = []
    server.kick(DEREGISTER_KICK)
    await server.waitFor('the schedule to end', () => agent.activeSchedules() === 0)
    await server.waitFor('the script to end', () => agent.runningCount() === 0)
    const pid = Number(server.output('t-2').toString())
    expect(listProcesses().map((entry) => entry.pid)).not.toContain(pid)
    await agent.stopped
    expect(log.lines.some((line) => line.includes('asks this machine to deregister'))).toBe(true)
  })
})

describe('a finished task that is handed out again', () => {
  it('is refused as official agents do, by a server that is not ours', async () => {
    await using setup = await setUpAgent({assist: false})
    const {server, stateDir} = setup
    server.offer(taskItem('t-1', 'true'))
    await server.waitForEnd('t-1')
    await server.waitFor('the tombstone', () => existsSync(join(stateDir, 'finished', 't-1')))
    server.run = [taskItem('t-1', 'true')]
    server.kick('kick_vm task run t-1')
    await server.waitFor('the refusal', () => server.terminal('t-1').length === 2)
    expect(server.terminal('t-1')[1]?.report).toMatchObject({kind: 'error', errCode: '-9', startMs: 0})
  })

  it('is passed over when the server is ours, which knows its end', async () => {
    await using setup = await setUpAgent()
    const {server, stateDir} = setup
    server.offer(taskItem('t-1', 'true'))
    await server.waitForEnd('t-1')
    await server.waitFor('the tombstone', () => existsSync(join(stateDir, 'finished', 't-1')))
    server.run = [taskItem('t-1', 'true')]
    const before = server.fetches.length
    server.kick('kick_vm task run t-1')
    await server.waitFor('a fetch', () => server.fetches.length > before)
    server.offer(taskItem('t-2', 'true'))
    await server.waitForEnd('t-2')
    expect(server.terminal('t-1').length).toBe(1)
  })
})
