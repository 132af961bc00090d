import {mkdirSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {readAgentStatus} from '../../../../src/lib/agent/main.ts'
import {seal, writeWhole} from '../../../../src/lib/agent/state/files.ts'
import {Journal} from '../../../../src/lib/agent/tasks/journal.ts'
import {readMachine} from '../../../../src/lib/system/machine.ts'
import {setUpAgent} from '../../../support/agent-in-process.ts'
import {taskItem} from '../../../support/agent-server.ts'

const yearly = {repeat: 'Period', cron: '0 0 0 1 1 ?'}

describe('a recurring task', () => {
  it('runs at its moments, each round reported by its own start', async () => {
    await using setup = await setUpAgent()
    const {server, stateDir} = setup
    server.offer(taskItem('t-1', 'echo round', {repeat: 'Rate', cron: 'rate(1s)', creationTime: Date.now() - 500}))
    await server.waitFor('three rounds', () => server.terminal('t-1').length >= 3)
    const starts = server.terminal('t-1').map(({report}) => ('startMs' in report ? report.startMs : 0))
    expect(new Set(starts).size).toBe(starts.length)
    expect(setup.agent().activeSchedules()).toBe(1)
    server.run = []
    server.stop = [taskItem('t-1', '', {repeat: 'Rate'})]
    server.kick()
    await server.waitFor('the stop', () => server.terminal('t-1').at(-1)?.report.kind === 'stopped')
    expect(setup.agent().activeSchedules()).toBe(0)
    expect(readdirSync(join(stateDir, 'schedules'))).toEqual([])
    await server.waitFor('one tombstone', () => readdirSync(join(stateDir, 'rounds')).length === 1)
  })

  it('skips a round while the last one runs', async () => {
    await using setup = await setUpAgent()
    const {server, log} = setup
    server.offer(taskItem('t-1', 'sleep 1.5', {repeat: 'Rate', cron: 'rate(1s)', creationTime: Date.now()}))
    await server.waitForEnd('t-1')
    expect(log.lines.some((line) => line.includes('a round was skipped'))).toBe(true)
    expect(server.of('t-1').filter(({report}) => report.kind === 'running').length).toBe(1)
  })

  it('is replaced by another version and left alone by the same one', async () => {
    await using setup = await setUpAgent()
    const {server, stateDir} = setup
    server.run = [taskItem('t-1', 'true', yearly)]
    for (const [version, cron] of [
      [0, '0 0 0 2 2 ?'],
      [1, '0 0 0 3 3 ?'],
    ] as const) {
      server.kick()
      await server.waitFor('the schedule', () => readdirSync(join(stateDir, 'schedules')).length === 1)
      server.run = [taskItem('t-1', 'true', {...yearly, cron, invokeVersion: version})]
    }
    server.kick()
    const expected = '0 0 0 3 3 ?'
    for (let i = 0; i < 100 && (await readAgentStatus(stateDir)).schedules[0]?.expression !== expected; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const [schedule] = (await readAgentStatus(stateDir)).schedules
    expect(schedule).toMatchObject({taskId: 't-1', expression: expected})
    expect(new Date(schedule?.nextRunMs ?? 0).toISOString().slice(4)).toBe('-03-03T00:00:00.000Z')
    expect(server.reports).toEqual([])
  })

  it('fires `at` once; a server that lists it again changes nothing', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toISOString().slice(0, 19)
    server.run = [taskItem('t-1', 'echo once', {repeat: 'At', cron: `at(${at})`})]
    server.kick()
    await server.waitForEnd('t-1')
    server.kick()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(server.terminal('t-1').map(({report}) => report.kind)).toEqual(['finish'])
  })

  it('says after its last round that there will be no other', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    const when = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000)
    const parts = [
      when.getUTCSeconds(),
      when.getUTCMinutes(),
      when.getUTCHours(),
      when.getUTCDate(),
      when.getUTCMonth() + 1,
    ]
    server.run = [
      taskItem('t-1', 'sleep 0.3', {repeat: 'Period', cron: `${parts.join(' ')} ? ${when.getUTCFullYear()} UTC`}),
    ]
    server.kick()
    await server.waitFor('both ends', () => server.terminal('t-1').length === 2)
    expect(server.terminal('t-1').map(({report}) => report)).toMatchObject([
      {kind: 'finish'},
      {kind: 'stopped', result: 'completed', startMs: 0},
    ])
  })
})

describe('a schedule of an agent whose clock was 20 minutes ahead', () => {
  it('goes on at once after a restart, and the server is told', async () => {
    await using setup = await setUpAgent({started: false})
    const {server, stateDir, log} = setup
    const aheadMs = Date.now() + 20 * 60_000
    const item = taskItem('t-1', 'echo round', {repeat: 'Rate', cron: 'rate(1s)', creationTime: Date.now() - 500})
    for (const folder of ['schedules', 'rounds']) mkdirSync(join(stateDir, folder), {recursive: true})
    writeWhole(join(stateDir, 'schedules', 't-1'), seal({item, arrivedMs: aheadMs, bootId: readMachine().bootId}))
    writeWhole(join(stateDir, 'rounds', `t-1@${aheadMs}`), '')
    await setup.start()
    await server.waitFor('a round', () => server.terminal('t-1').some(({report}) => report.kind === 'finish'))
    expect(server.terminal('t-1')[0]?.report).toMatchObject({kind: 'error', errCode: 'ClockWentBack', startMs: 0})
    expect(log.lines.some((line) => line.includes('the clock went back'))).toBe(true)
  })
})

describe('a task for a boot', () => {
  it('waits for one, and then runs once', async () => {
    await using setup = await setUpAgent({started: false})
    const {server, stateDir} = setup
    writeWhole(join(stateDir, 'boot'), 'this very boot, as far as anybody knows')
    await setup.start()
    const known = (): boolean => readFileSync(join(stateDir, 'boot'), 'utf8') === readMachine().bootId
    await server.waitFor('the boot to be noted', known)
    await setup.stop()
    await setup.start()
    const items = [
      taskItem('t-next', 'echo next', {repeat: 'NextRebootOnly'}),
      taskItem('t-every', 'echo every', {repeat: 'EveryReboot'}),
    ]
    server.run = items
    server.kick()
    await server.waitFor('both to be kept', () => readdirSync(join(stateDir, 'schedules')).length === 2)
    await setup.stop()
    expect(server.reports).toEqual([])

    for (const item of items) {
      writeWhole(join(stateDir, 'schedules', item.task.taskID), seal({item, arrivedMs: 1, bootId: 'the-boot-before'}))
    }
    await setup.start()
    await server.waitForEnd('t-next')
    await server.waitForEnd('t-every')
    await setup.stop()
    await setup.start()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(server.terminal('t-next').length).toBe(1)
    expect(server.terminal('t-every').length).toBe(1)
  })

  it('runs at once when the server hands it out right after a boot', async () => {
    await using setup = await setUpAgent({started: false})
    setup.server.run = [taskItem('t-1', 'echo booted', {repeat: 'NextRebootOnly'})]
    await setup.start()
    await setup.server.waitForEnd('t-1')
    expect(readdirSync(join(setup.stateDir, 'schedules'))).toEqual([])
  })
})

describe('tombstones', () => {
  it('go after 30 days, but not while their task has a schedule', async () => {
    await using setup = await setUpAgent({started: false})
    for (const folder of ['finished', 'rounds']) mkdirSync(join(setup.stateDir, folder), {recursive: true})
    writeWhole(join(setup.stateDir, 'finished', 'once'), '')
    for (const key of ['round@5', 'round@7']) writeWhole(join(setup.stateDir, 'rounds', key), '')
    const journal = new Journal(setup.stateDir)
    expect(readdirSync(join(setup.stateDir, 'rounds'))).toEqual(['round@7'])
    expect(journal.lastRound('round')).toBe(7)
    await journal.prune(Date.now(), () => false)
    expect(readdirSync(join(setup.stateDir, 'finished'))).toEqual(['once'])
    await journal.prune(Date.now() + 31 * 86_400_000, (id) => id === 'round')
    expect(readdirSync(join(setup.stateDir, 'finished'))).toEqual([])
    expect(readdirSync(join(setup.stateDir, 'rounds'))).toEqual(['round@7'])
    journal.close()
  })
})
