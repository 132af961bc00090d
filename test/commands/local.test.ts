import {existsSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {assist, tempFolder} from '../support/cli.ts'

// What a person sees of the plane is in test/e2e/local.test.ts; here are the corners.

let home: ReturnType<typeof tempFolder>
beforeEach(() => {
  home = tempFolder()
})
afterEach(async () => {
  await run(['local', 'down'])
  home.remove()
})
const run = (args: string[], env: Record<string, string> = {}) => assist(args, {home: home.path, env})
const inPlane = (name: string): string => join(home.path, 'state', 'local', name)
const status = async () => JSON.parse((await run(['local', 'status', '--json'])).stdout)

describe('the local plane', () => {
  it('is started once by two commands at the same time', async () => {
    const both = await Promise.all([run(['local', 'up', '--json']), run(['local', 'up', '--json'])])
    expect(both.map(({code}) => code)).toEqual([0, 0])
    const [one, two] = both.map(({stdout}) => JSON.parse(stdout).pid)
    expect(one).toBe(two)
  })

  it('keeps its files to its owner, and no key of the caller in its environment', async () => {
    await run(['local', 'up'], {ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'CANARY', ALIBABA_CLOUD_ACCESS_KEY_ID: 'x'})
    for (const name of ['plane.json', 'credentials.json', 'lock.json'])
      expect(statSync(inPlane(name)).mode & 0o777).toBe(0o600)
    expect(statSync(inPlane('.')).mode & 0o777).toBe(0o700)
    expect(statSync(inPlane('plane.log')).mode & 0o777).toBe(0o640)
    const {pid} = await status()
    if (existsSync('/proc/self/environ')) expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toContain('CANARY')
    const {accessKeySecret} = JSON.parse(readFileSync(inPlane('credentials.json'), 'utf8'))
    expect(readFileSync(inPlane('plane.log'), 'utf8')).not.toContain(accessKeySecret)
  })

  it('stops by itself when nobody needs it', async () => {
    expect((await run(['local', 'up'], {ASSIST_LOCAL_IDLE: '300ms'})).code).toBe(0)
    await expect.poll(async () => (await status()).running, {timeout: 10_000}).toBe(false)
    expect(existsSync(inPlane('plane.json'))).toBe(false)
    expect(existsSync(inPlane('lock.json'))).toBe(false)
  })

  it('has a process id from before told apart from whoever has it now', async () => {
    await run(['local', 'up'])
    const plane = JSON.parse(readFileSync(inPlane('plane.json'), 'utf8'))
    await run(['local', 'down'])
    if (plane.started === '') return
    // This very test process, remembered with another start time: must be neither trusted nor signalled.
    writeFileSync(inPlane('plane.json'), JSON.stringify({...plane, pid: process.pid}), {mode: 0o600})
    expect((await run(['local', 'down'])).stderr).toContain('was not running')
    expect((await status()).running).toBe(false)
  })

  it('shows the end of its log when it does not start', async () => {
    await run(['local', 'up'])
    await run(['local', 'down'])
    rmSync(inPlane('server'), {recursive: true})
    writeFileSync(inPlane('server'), 'in the way')
    const ended = await run(['local', 'up'])
    expect(ended.code).toBe(122)
    expect(ended.stderr).toContain('did not start')
    expect(ended.stderr).toContain(inPlane('plane.log'))
    expect(ended.stderr).toMatch(/data folder|in the way|EEXIST|ENOTDIR|not a/i)
  })
})
