import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {assist, type Ended, type Running, startAssist} from '../support/cli.ts'
import {assistOnWindows, type OnWindows, prepareWindows, shutDown, windowsPath} from './support/wine.ts'

const why = prepareWindows()
if (why !== undefined) process.stdout.write(`skipped: ${why}\n`)

const folder = mkdtempSync(join(tmpdir(), 'assist-windows-'))
const stateDir = windowsPath(join(folder, 'agent'))
let server: Running
let agent: OnWindows
let environment: Record<string, string>
let instanceId = ''

const run = (words: readonly string[]): Promise<Ended> =>
  assist(['run', '-i', instanceId, '--type', 'bat', ...words], {home: folder, env: environment})

async function startAgent(): Promise<void> {
  agent = assistOnWindows(['agent', 'start', '--state-dir', stateDir], folder, {ASSIST_HOME: windowsPath(folder)})
  await vi.waitFor(() => expect(agent.stderr()).toContain('is online'), {timeout: 30_000, interval: 100})
}

describe.skipIf(why !== undefined)('an agent on Windows', () => {
  beforeAll(async () => {
    const dataDir = join(folder, 'plane')
    const made = await assist(['server', 'key', 'create', '--data-dir', dataDir, '--json'], {home: folder})
    const key = JSON.parse(made.stdout) as {accessKeyId: string; accessKeySecret: string}
    server = startAssist(['server', 'start', '--data-dir', dataDir, '--port', '0'], {home: folder})
    const [, url = ''] = await server.seen(/(http:\/\/127\.0\.0\.1:\d+)/)
    environment = {
      ALIBABA_CLOUD_REGION_ID: 'local',
      ALIBABA_CLOUD_ENDPOINT: url,
      ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
    }
    const activated = await assist(['create-activation', '--name', 'win', '--json'], {home: folder, env: environment})
    const activation = JSON.parse(activated.stdout) as {activationId: string; activationCode: string}
    const registered = assistOnWindows(
      [
        'agent',
        'register',
        '--activation-id',
        activation.activationId,
        '--region',
        'local',
        '--server',
        url,
        '--state-dir',
        stateDir,
        '--json',
      ],
      folder,
      {ASSIST_ACTIVATION_CODE: activation.activationCode, ASSIST_HOME: windowsPath(folder)},
    )
    expect([await registered.ended, registered.stderr()]).toEqual([0, expect.anything()])
    instanceId = (JSON.parse(registered.stdout()) as {instanceId: string}).instanceId
    await startAgent()
  })

  afterAll(async () => {
    agent?.kill()
    server?.process.kill('SIGTERM')
    await server?.ended
    shutDown()
    rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 200})
  })

  it('runs a batch file and passes its output and exit code', async () => {
    expect(await run(['echo out& echo err 1>&2& exit /b 7'])).toMatchObject({
      code: 7,
      stdout: expect.stringMatching(/out\s+err/),
    })
  })

  it('gives scripts the environment that programs rely on there', async () => {
    const names = [
      'OS',
      'SystemRoot',
      'ComSpec',
      'PATHEXT',
      'TEMP',
      'USERPROFILE',
      'ProgramFiles',
      'NUMBER_OF_PROCESSORS',
      'APPDATA',
      'COMPUTERNAME',
      'USERNAME',
    ]
    const {stdout} = await run([names.map((name) => `echo ${name}=[%${name}%]`).join('\n')])
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${name}=\\[.+\\]`, 'm'))
  })

  it('keeps Chinese text whole', async () => {
    expect((await run(['echo 你好，世界'])).stdout).toContain('你好，世界')
  })

  it('ends the whole tree at a timeout', async () => {
    const from = performance.now()
    const mark = windowsPath(join(folder, 'still-alive'))
    const ended = await run(['--exec-timeout', '10s', `start /b ping -n 40 127.0.0.1 > ${mark}\nping -n 60 127.0.0.1`])
    expect(ended.code).toBe(124)
    expect(performance.now() - from).toBeLessThan(25_000)
    await expect.poll(pings, {timeout: 5000}).toEqual([])
  })

  it('ends the whole tree when it is stopped', async () => {
    const submitted = await run(['--no-wait', '--json', 'start /b ping -n 90 127.0.0.1\nping -n 90 127.0.0.1'])
    const {invokeId} = JSON.parse(submitted.stdout) as {invokeId: string}
    await expect.poll(pings, {timeout: 10_000}).not.toEqual([])
    await assist(['stop', invokeId], {home: folder, env: environment})
    await expect.poll(pings, {timeout: 15_000}).toEqual([])
  })

  it('says that PowerShell is missing where it is', async () => {
    const ended = await assist(['run', '-i', instanceId, '--type', 'powershell', 'Get-Date'], {
      home: folder,
      env: environment,
    })
    expect(ended.code).not.toBe(0)
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/powershell/i)
  })

  it('comes back after kill -9 and runs what comes next', async () => {
    agent.kill()
    await agent.ended
    await startAgent()
    expect(await run(['echo back'])).toMatchObject({code: 0, stdout: expect.stringContaining('back')})
  })

  it('runs a schedule', async () => {
    const submitted = await run(['--json', '--exec-timeout', '10s', '--frequency', '*/10 * * * * *', 'echo round'])
    expect(submitted).toMatchObject({code: 0})
    const {invokeId} = JSON.parse(submitted.stdout) as {invokeId: string}
    const results = () => assist(['results', invokeId, '--json'], {home: folder, env: environment})
    await expect.poll(async () => (await results()).stdout, {timeout: 25_000, interval: 500}).toContain('round')
    expect(await assist(['stop', invokeId], {home: folder, env: environment})).toMatchObject({code: 0})
  })
})

/** The programs of that name that run on this machine, found in another way than the code under test finds them. */
function pings(): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && /ping\.exe/i.test(readFileSync(`/proc/${name}/cmdline`, 'latin1'))
    } catch {
      return false
    }
  })
}
