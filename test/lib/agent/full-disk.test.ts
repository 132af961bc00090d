import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {registerAgent} from '../../../src/lib/agent/main.ts'
import {writeWhole} from '../../../src/lib/agent/state/files.ts'
import {findSpareFolder} from '../../../src/lib/agent/state/spare.ts'
import {readStatus} from '../../../src/lib/agent/status.ts'
import {AGENT_PATHS} from '../../../src/lib/protocol/agent/paths.ts'
import {INTERRUPTED} from '../../../src/lib/protocol/agent/reports.ts'
import {readMachine} from '../../../src/lib/system/machine.ts'
import {buildAgentChild, startAgentChild} from '../../support/agent-child.ts'
import {type AgentSetup, setUpAgent} from '../../support/agent-in-process.ts'
import {AgentServer, taskItem} from '../../support/agent-server.ts'
import {noSmallDisk, smallDisk} from '../../support/small-disk.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const PAGE = 4096
const REFUSES = 'the disk takes nothing new'

/** An agent that is registered on a small disk and keeps what that has no room for in a folder elsewhere. */
async function setUp(path: string, started = false): Promise<AgentSetup & {spare: string}> {
  const spare = tempFolder()
  return Object.assign(await setUpAgent({folder: path, started, spareRoots: [spare]}), {spare})
}

function said({log}: AgentSetup, words: string): number {
  return log.lines.filter((line) => line.includes(words)).length
}

describe.skipIf(noSmallDisk !== undefined)(`an agent whose disk is full (${noSmallDisk ?? 'on a real one'})`, () => {
  it('never runs half a script', async () => {
    using disk = smallDisk()
    await using setup = await setUpAgent({folder: disk.path, spareRoots: []})
    const {server} = setup
    // The beginning of the script fits.
    disk.fill(8 * PAGE)
    server.offer(taskItem('t-1', `echo began\n${'# padding\n'.repeat(10_000)}echo ended\n`))
    const {report} = await server.waitForEnd('t-1')
    expect(report).toMatchObject({kind: 'error', errCode: '-8'})
    expect('errDesc' in report && report.errDesc).toContain('no space is left there')
  })

  it('keeps the old content of a file for which the new one has no room', () => {
    using disk = smallDisk()
    const file = join(disk.path, 'file')
    writeWhole(file, 'old')
    disk.fill(PAGE)
    expect(() => writeWhole(file, 'x'.repeat(3 * PAGE))).toThrow('ENOSPC')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(disk.path).sort()).toEqual(['ballast', 'file'])
  })

  it.each(['full', 'read-only'] as const)('starts when it is %s, says so once, and runs from memory', async (how) => {
    using disk = smallDisk()
    await using setup = await setUp(disk.path)
    const {server, stateDir} = setup
    if (how === 'full') disk.fill()
    else disk.readOnly(true)
    await setup.start()
    const padded = `${'# padding\n'.repeat(1000)}echo ran; exit 3`
    server.offer(taskItem('t-1', padded), taskItem('t-2', 'echo ran; sleep 0.5; echo on'))
    const {bootId, zone} = readMachine()
    const here = {bootId, zone, nowMs: Date.now(), spareDir: findSpareFolder([setup.spare], stateDir)}
    await server.waitFor('the status', () => readStatus(stateDir, here).running.some(({taskId}) => taskId === 't-2'))
    expect(readStatus(stateDir, here)).toMatchObject({alive: true, pid: process.pid})
    expect((await server.waitForEnd('t-1')).report).toMatchObject({kind: 'finish', exitCode: 3})
    expect((await server.waitForEnd('t-2')).report).toMatchObject({kind: 'finish', exitCode: 0})
    expect(server.output('t-1').toString()).toBe('ran\n')
    expect(server.output('t-2').toString()).toBe('ran\non\n')
    expect(said(setup, REFUSES)).toBe(1)
    await setup.stop()
    expect(readdirSync(stateDir)).not.toContain('lock')
    disk.readOnly(false)
  })

  it('starts no script of which the server has not heard before', async () => {
    using disk = smallDisk()
    await using setup = await setUp(disk.path)
    const {server} = setup
    disk.fill()
    await setup.start()
    const ran = join(setup.spare, 'ran')
    server.fault = ({path}) => (path === AGENT_PATHS.running ? {status: 503} : undefined)
    server.offer(taskItem('t-1', `touch ${ran}`))
    const {report} = await server.waitForEnd('t-1')
    expect(report).toMatchObject({kind: 'error', errCode: '-8', startMs: 0})
    expect('errDesc' in report && report.errDesc).toContain('has not taken the report of the start')
    expect(existsSync(ran)).toBe(false)

    server.fault = ({path, query}) =>
      path === AGENT_PATHS.running && query.get('taskId') === 't-2' ? {status: 200, body: '{"over":true}'} : undefined
    server.offer(taskItem('t-2', `touch ${ran}`))
    expect((await server.waitForEnd('t-2')).report).toMatchObject({kind: 'stopped', result: 'killed'})
    expect(existsSync(ran)).toBe(false)
  })

  it('goes back to the disk once there is room, and keeps there what only memory held', async () => {
    using disk = smallDisk()
    await using setup = await setUp(disk.path)
    const {server, stateDir, spare} = setup
    disk.fill()
    await setup.start()
    const rule = {repeat: 'Rate', cron: 'rate(1s)', creationTime: Date.now()}
    server.offer(taskItem('t-rate', 'echo round', rule), taskItem('t-1', 'true'))
    const told = await server.waitFor('what is said of the schedule', () =>
      server.of('t-rate').find(({report}) => 'errDesc' in report && report.errDesc.startsWith('NoEnoughSpace')),
    )
    expect(told.report).toMatchObject({kind: 'error', startMs: 0})
    await server.waitForEnd('t-1')
    expect(setup.agent().activeSchedules()).toBe(1)

    disk.free()
    server.offer(taskItem('t-2', 'true'))
    await server.waitForEnd('t-2')
    await server.waitFor('a round', () => server.of('t-rate').some(({report}) => report.kind === 'finish'))
    await server.waitFor('the disk to be used', () => said(setup, 'the disk takes new files again') === 1)
    for (const [folder, name] of [
      ['finished', 't-1'],
      ['finished', 't-2'],
      ['schedules', 't-rate'],
    ] as const) {
      await server.waitFor(`${folder}/${name}`, () => readdirSync(join(stateDir, folder)).includes(name))
    }
    await server.waitFor('the lock', () => existsSync(join(stateDir, 'lock')))
    server.run = []
    server.stop = [taskItem('t-rate', '', rule)]
    server.kick()
    await server.waitFor('the stop', () => setup.agent().activeSchedules() === 0)
    await setup.stop()
    expect(readdirSync(spare)).toEqual([])
    expect(said(setup, REFUSES)).toBe(1)
  })

  it('has its folder to itself all the same', async () => {
    using disk = smallDisk()
    await using setup = await setUp(disk.path)
    disk.fill()
    await setup.start()
    await expect(setup.start()).rejects.toThrow(`Another agent (process ${process.pid}) already uses`)
    disk.free()
    await expect(setup.start()).rejects.toThrow(`Another agent (process ${process.pid}) already uses`)
  })

  it('uses no folder in memory that somebody else has made', async () => {
    using disk = smallDisk()
    await using setup = await setUp(disk.path)
    disk.fill()
    await setup.start()
    const [ours = ''] = readdirSync(setup.spare)
    await setup.stop()
    mkdirSync(join(setup.spare, ours))
    chmodSync(join(setup.spare, ours), 0o777)
    await setup.start()
    setup.server.offer(taskItem('t-1', 'true'))
    expect((await setup.server.waitForEnd('t-1')).report).toMatchObject({kind: 'error', errCode: '-8'})
    expect(readdirSync(join(setup.spare, ours))).toEqual([])
  })

  it('leaves nothing in memory to the next identity of its machine', async () => {
    using disk = smallDisk()
    await using setup = await setUp(disk.path)
    disk.fill()
    await setup.start()
    setup.server.offer(taskItem('t-1', 'true'))
    await setup.server.waitForEnd('t-1')
    await setup.stop()
    expect(readdirSync(setup.spare).length).toBe(1)
    disk.free()
    const {stateDir, server, log} = setup
    const registration = {activationId: 'a-1', activationCode: 'good-code', regionId: 'local', force: true}
    await registerAgent({...{stateDir, log, spareRoots: [setup.spare]}, server: {url: server.url}, ...registration})
    expect(readdirSync(setup.spare)).toEqual([])
  })

  it.each(['after-marker', 'after-spawn', 'during-output', 'after-exit', 'after-final-sent'] as const)(
    'starts a script at most once when it is killed %s',
    async (killAt) => {
      using disk = smallDisk()
      const server = await AgentServer.start()
      const [spareRoot, stateDir] = [tempFolder(), join(disk.path, 'state')]
      const program = await buildAgentChild(tempFolder())
      const common = {stateDir, url: server.url, spareRoot}
      await startAgentChild(program, {...common, action: 'register'}).ended
      disk.fill()
      const counter = join(spareRoot, 'count')
      writeFileSync(counter, '')
      const first = startAgentChild(program, {...common, killAt})
      await first.ready
      server.offer(taskItem('t-1', `echo x >>${counter}; echo out; sleep 0.3; echo more`, {output: {interval: 100}}))
      await Promise.race([first.ended, server.waitForEnd('t-1')])
      first.child.kill('SIGKILL')

      const second = startAgentChild(program, common)
      try {
        await second.ready
        const {report} = await server.waitForEnd('t-1')
        const finished = killAt === 'after-final-sent'
        expect(report).toMatchObject(finished ? {kind: 'finish'} : {kind: 'error', errCode: INTERRUPTED})
        expect(readFileSync(counter, 'utf8').length).toBeLessThanOrEqual('x\n'.length)
      } finally {
        await second.stop()
        await server.close()
      }
    },
  )
})
