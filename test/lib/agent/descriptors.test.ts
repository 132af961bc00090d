import {execFileSync, spawnSync} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {buildAgentChild, startAgentChild} from '../../support/agent-child.ts'
import {AgentServer, taskItem} from '../../support/agent-server.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const canLimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0

/** What this process may have open from now on; 1024 is what a service gets. */
function limit(pid: number, files: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:1024`])
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** A registered agent that is a process of its own, and its server. */
async function setUp() {
  const server = await AgentServer.start()
  const folder = tempFolder()
  const program = await buildAgentChild(folder)
  const common = {stateDir: join(folder, 'state'), url: server.url}
  await startAgentChild(program, {...common, action: 'register'}).ended
  const agent = startAgentChild(program, common)
  await agent.ready
  return {
    ...{server, agent, pid: agent.child.pid ?? 0},
    [Symbol.asyncDispose]: async () => {
      await agent.stop()
      await server.close()
    },
  }
}

describe.runIf(canLimit)('an agent whose file descriptors run out (needs prlimit)', () => {
  it.each([0, 1, 2, 4, 8, 16])('lives on with %i left, and every run has an end', async (left) => {
    await using setup = await setUp()
    const {server, agent, pid} = setup
    limit(pid, openFiles(pid) + left)
    const ids = Array.from({length: 12}, (_one, index) => `t-${index}`)
    server.offer(...ids.map((id) => taskItem(id, 'sleep 0.3; echo ran')))
    await new Promise((resolve) => setTimeout(resolve, 1000))
    limit(pid, 1024)
    for (const id of ids) {
      const {report} = await server.waitForEnd(id)
      if (report.kind !== 'finish') expect('errDesc' in report && report.errDesc).toContain('too many files open')
    }
    server.offer(taskItem('t-after', 'echo ran'))
    expect((await server.waitForEnd('t-after')).report.kind).toBe('finish')
    expect(agent.child.exitCode).toBe(null)
  })

  it.each(['tree', 'process'])('does not take a script for ended because it cannot look: %s', async (scope) => {
    await using setup = await setUp()
    const {server, pid} = setup
    const mark = `${3000 + Math.floor(Math.random() * 1e6)}`
    const terminationMode = scope === 'process' ? 'Process' : ''
    server.offer(taskItem('t-1', `exec sleep ${mark}`, {timeOut: '1', terminationMode}))
    await server.waitFor('the script', () => sleeping(mark) > 0)
    limit(pid, 3)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    limit(pid, 1024)
    expect((await server.waitForEnd('t-1')).report.kind).toBe('timeout')
    expect(sleeping(mark)).toBe(0)
  })
})

/** How many processes sleep that long. */
function sleeping(mark: string): number {
  return spawnSync('pgrep', ['-fc', `^sleep ${mark}$`], {encoding: 'utf8'}).stdout.trim() === '0' ? 0 : 1
}
