import {existsSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {assist, startAssist, tempFolder} from '../support/cli.ts'

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

  it('goes down under a script only when told what to do about it', async () => {
    const running = startAssist(['run', '--profile', 'local', 'echo began; sleep 60'], {home: home.path})
    await running.seen(/began/)
    const schedule = ['run', '--profile', 'local', '--frequency', '0 0 3 * * * UTC', 'true']
    expect((await run(schedule)).code).toBe(0)
    const shown = await run(['local', 'status', '--json'])
    expect(JSON.parse(shown.stdout)).toMatchObject({
      running: true,
      runs: [{status: 'Running'}],
      schedules: [{frequency: '0 0 3 * * * UTC', nextRun: expect.stringMatching(/T03:00:00Z$/)}],
    })
    const refused = await run(['local', 'down'])
    expect(refused).toMatchObject({code: 2, stdout: ''})
    expect(refused.stderr).toMatch(/^t-\S+.* is running\n/)
    expect(refused.stderr).toContain('next at')
    expect(refused.stderr).toContain('one script runs; the local control plane stays up')
    const forced = await run(['local', 'down', '--force'])
    expect(forced).toMatchObject({code: 0})
    const ended = await running.ended
    expect(ended.code).toBe(125)
    // Whoever waited for it has not started the plane again.
    expect((await status()).running).toBe(false)
    await run(['local', 'up'])
    const results = await run(['invocations', '--profile', 'local', '--query', 'invocations[].status', '-o', 'json'])
    expect(results.stdout).toMatch(/Stopped/)
  })

  it('waits for scripts that run when told so', async () => {
    const running = startAssist(['run', '--profile', 'local', 'echo began; sleep 1; echo done'], {home: home.path})
    await running.seen(/began/)
    expect(await run(['local', 'down', '--wait'])).toMatchObject({code: 0})
    expect((await running.ended).stdout).toBe('began\ndone\n')
  })

  it('puts a damaged address right by itself', async () => {
    await run(['local', 'up'])
    const {pid} = await status()
    writeFileSync(inPlane('plane.json'), '{"url":', {mode: 0o600})
    await expect.poll(async () => (await status()).pid, {timeout: 5000}).toBe(pid)
  })

  it('is put down also while it cannot get online', async () => {
    await run(['local', 'up'])
    await run(['local', 'down'])
    // A server address that answers nothing: the agent's own key is gone, so that it is refused for ever.
    const db = join(home.path, 'state', 'local', 'server')
    rmSync(db, {recursive: true})
    const up = startAssist(['local', 'up'], {home: home.path})
    await expect.poll(() => existsSync(inPlane('lock.json')), {timeout: 5000}).toBe(true)
    const {pid} = JSON.parse(readFileSync(inPlane('lock.json'), 'utf8'))
    expect(await run(['local', 'down'])).toMatchObject({code: 0, stderr: 'Stopped.\n'})
    expect(() => process.kill(pid, 0)).toThrow()
    await up.ended
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
