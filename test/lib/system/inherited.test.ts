import {execFileSync, spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, readlinkSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {PROJECT} from '../../support/cli.ts'
import {startPlane} from '../../support/plane.ts'

describe.skipIf(process.platform !== 'linux')('the local plane', () => {
  it('keeps open nothing of whoever started it, and its scripts get nothing of it', () => {
    const home = mkdtempSync(join(tmpdir(), 'assist-inherited-'))
    const assist = `node ${join(PROJECT, 'bin', 'run.js')}`
    const env = {...process.env, ASSIST_HOME: home}
    const bash = (line: string): string => execFileSync('bash', ['-c', line], {env, encoding: 'utf8', timeout: 60_000})
    try {
      bash(`exec 17>${home}/held 40<${PROJECT}/package.json; ${assist} local up 2>/dev/null`)
      const links = bash(`${assist} run --profile local 'ls -l /proc/self/fd /proc/$PPID/fd'`)
      expect(links).toContain('->')
      expect(links).not.toMatch(/held|package\.json/)
      const {pid} = JSON.parse(bash(`${assist} local status -o json`)) as {pid: number}
      expect(bash(`ls -l /proc/${pid}/fd`)).not.toMatch(/held|package\.json/)
    } finally {
      bash(`${assist} local down --force 2>/dev/null || ${assist} local down`)
      rmSync(home, {recursive: true, force: true})
    }
  })
})

describe.skipIf(process.platform !== 'linux')('an agent', () => {
  it('keeps open nothing of whoever started it, and its scripts get nothing of it', async () => {
    const plane = await startPlane()
    await plane.killAgent()
    const start = `${process.execPath} ${join(PROJECT, 'bin', 'run.js')} agent start --state-dir ${plane.agentDir}`
    const line = `exec 17>${plane.home}/held 40<${PROJECT}/package.json; exec ${start}`
    const env = {PATH: process.env.PATH, HOME: plane.home, ASSIST_HOME: plane.home}
    const agent = spawn('bash', ['-c', line], {env, stdio: ['ignore', 'ignore', 'pipe']})
    const gone = new Promise((resolve) => agent.once('exit', resolve))
    try {
      await new Promise<void>((online, failed) => {
        agent.stderr.on('data', (text) => String(text).includes('online') && online())
        agent.once('exit', () => failed(new Error('the agent ended')))
      })
      expect(openFilesOf(agent.pid)).not.toMatch(/held|package\.json/)
      const {stdout} = await plane.assist(['run', '-i', plane.instanceId, 'ls -l /proc/self/fd /proc/$PPID/fd'])
      expect(stdout).toContain('->')
      expect(stdout).not.toMatch(/held|package\.json/)
    } finally {
      agent.kill('SIGKILL')
      await gone
      await plane.stop()
    }
  })
})

function openFilesOf(pid: number | undefined): string {
  const folder = `/proc/${pid}/fd`
  const links = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(join(folder, fd))
    } catch {
      return '' // closed just now
    }
  })
  return links.join('\n')
}
