import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {PROJECT} from '../../support/cli.ts'

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
