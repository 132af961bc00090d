import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {KILL_STEPS} from '../../../src/lib/agent/kill-point.ts'
import {listProcesses} from '../../../src/lib/agent/process/table.ts'
import {INTERRUPTED} from '../../../src/lib/protocol/agent/reports.ts'
import {buildAgentChild, startAgentChild} from '../../support/agent-child.ts'
import {AgentServer, taskItem} from '../../support/agent-server.ts'

const root = mkdtempSync(join(tmpdir(), 'assist-crash-'))
let program = ''

beforeAll(async () => {
  program = await buildAgentChild(root)
})

afterAll(() => rmSync(root, {recursive: true, force: true}))

/** A server and a registered folder; agents are started by the test, and all of them end with it. */
async function setUp(name: string) {
  const server = await AgentServer.start()
  const stateDir = join(root, name)
  const children: Array<ReturnType<typeof startAgentChild>> = []
  const common = {stateDir, url: server.url}
  await startAgentChild(program, {...common, action: 'register'}).ended
  return {
    ...{server, stateDir},
    start: (killAt?: string) => {
      const child = startAgentChild(program, {...common, ...(killAt !== undefined && {killAt})})
      children.push(child)
      return child
    },
    [Symbol.asyncDispose]: async () => {
      for (const {child, ended} of children) {
        child.kill('SIGKILL')
        await ended
      }
      await server.close()
    },
  }
}

describe('an agent that is killed (F1)', () => {
  const afterStart = ['after-start-report', 'during-output', 'after-exit']
  it.each(KILL_STEPS)('%s: the script ran at most once and the run has one end', async (step) => {
    await using setup = await setUp(step)
    const {server, stateDir, start} = setup
    const counter = join(root, `${step}.count`)
    writeFileSync(counter, '')
    const first = start(step)
    await first.ready
    server.offer(taskItem('t-1', `echo x >>${counter}; echo out; sleep 0.3; echo more`, {output: {interval: 100}}))
    expect(await first.ended).toBe('SIGKILL')

    const second = start()
    await second.ready
    await server.waitForEnd('t-1')
    await server.waitFor('the tombstone', () => readdirSync(join(stateDir, 'finished')).includes('t-1'))
    const ends = server.terminal('t-1').map(({report}) => report)
    expect(new Set(ends.map((report) => JSON.stringify(report))).size).toBe(1)
    expect(readFileSync(counter, 'utf8').length).toBeLessThanOrEqual('x\n'.length)
    if (step === 'before-marker') expect(ends[0]).toMatchObject({kind: 'finish', exitCode: 0})
    if (afterStart.includes(step)) expect(ends[0]).toMatchObject({kind: 'error', errCode: INTERRUPTED})
    if (step.startsWith('after-final')) expect(ends[0]).toMatchObject({kind: 'finish', exitCode: 0})
    await second.stop()
    expect(readdirSync(join(stateDir, 'started'))).toEqual([])
    expect(readdirSync(join(stateDir, 'runs'))).toEqual([])
  })

  it('has what is left of the tree ended by the next agent', async () => {
    await using setup = await setUp('left')
    const {server, stateDir, start} = setup
    const first = start()
    await first.ready
    server.offer(taskItem('t-1', 'setsid sleep 311 & sleep 311'))
    await server.waitFor('the start', () => server.of('t-1').length > 0)
    const [folder = ''] = readdirSync(join(stateDir, 'started')).map((key) => folderOf(stateDir, key))
    await server.waitFor('the tree', () => carriers(folder) >= 4)
    first.child.kill('SIGKILL')
    await first.ended
    expect(carriers(folder)).toBeGreaterThanOrEqual(4) // back-pressure, not SIGPIPE: nothing died with the agent
    await start().ready
    expect((await server.waitForEnd('t-1')).report).toMatchObject({kind: 'error', errCode: INTERRUPTED})
    expect(carriers(folder)).toBe(0)
  })

  it('keeps its schedules, and runs no round twice', async () => {
    await using setup = await setUp('schedules')
    const {server, start} = setup
    const first = start()
    await first.ready
    server.run = [taskItem('t-1', 'echo round', {repeat: 'Rate', cron: 'rate(1s)', creationTime: Date.now()})]
    server.kick()
    await server.waitForEnd('t-1')
    server.run = []
    first.child.kill('SIGKILL')
    await first.ended
    const before = server.terminal('t-1').length
    await start().ready
    await server.waitFor('rounds after the restart', () => server.terminal('t-1').length >= before + 2)
    const ends = server.terminal('t-1').map(({report}) => report)
    const starts = ends.map((report) => ('startMs' in report ? report.startMs : undefined))
    // The report under way when the agent was killed may come twice, but then it is the same.
    expect(new Set(ends.map((report) => JSON.stringify(report))).size).toBe(new Set(starts).size)
  })

  it('moves what it cannot read to quarantine and goes on (B39)', async () => {
    await using setup = await setUp('damaged')
    const {server, stateDir, start} = setup
    const first = start()
    await first.ready
    server.offer(taskItem('t-1', 'sleep 312'))
    await server.waitFor('the start', () => server.of('t-1').length > 0)
    const [folder = ''] = readdirSync(join(stateDir, 'started')).map((key) => folderOf(stateDir, key))
    first.child.kill('SIGKILL')
    await first.ended
    writeFileSync(join(stateDir, 'started', 't-1'), Buffer.alloc(200))
    writeFileSync(join(stateDir, 'started', 'a foreign file'), 'hello')
    writeFileSync(join(stateDir, 'schedules', 't-2'), '{"half":')
    const second = start()
    await second.ready
    expect((await server.waitForEnd('t-1')).report).toMatchObject({kind: 'error', errCode: INTERRUPTED})
    expect(
      readdirSync(join(stateDir, 'quarantine'))
        .map((name) => name.slice(0, 3))
        .sort(),
    ).toEqual(['a f', 't-1', 't-2'])
    for (const {pid} of listProcesses()) if (carries(pid, folder)) process.kill(pid, 'SIGKILL')
  })
})

function folderOf(stateDir: string, key: string): string {
  const [, text = '{}'] = readFileSync(join(stateDir, 'started', key), 'utf8').split('\n')
  return (JSON.parse(text) as {folder: string}).folder
}

function carriers(cookie: string): number {
  return listProcesses().filter(({pid}) => carries(pid, cookie)).length
}

function carries(pid: number, cookie: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(cookie)
  } catch {
    return false
  }
}
