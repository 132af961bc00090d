import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import iconv from 'iconv-lite'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {assist, type Ended, type Running, startAssist} from '../support/cli.ts'
import {
  assistOnWindows,
  NODE_EXE,
  type OnWindows,
  PREFIX,
  prepareWindows,
  setCodePage,
  shutDown,
  windowsPath,
} from './support/wine.ts'

const why = prepareWindows()
if (why !== undefined) process.stdout.write(`skipped: ${why}\n`)

const folder = why === undefined ? mkdtempSync(join(tmpdir(), 'assist-windows-')) : ''
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

  it('lets a server that a script leaves behind print on', async () => {
    const count = join(folder, 'count')
    const server = join(folder, 'server.cjs')
    writeFileSync(
      server,
      `const fs = require('node:fs'); let i = 0; process.stdout.on('error', () => process.exit(1))
      setInterval(() => { console.log('line', ++i); fs.writeFileSync(${JSON.stringify(windowsPath(count))}, String(i)); if (i === 20) process.exit() }, 200)`,
    )
    expect(await run([`start /b ${windowsPath(NODE_EXE)} ${windowsPath(server)}\necho started`])).toMatchObject({
      code: 0,
    })
    const reached = (): number => Number(existsSync(count) ? readFileSync(count, 'utf8') : 0)
    await expect.poll(reached, {timeout: 10_000, interval: 200}).toBe(20)
  })

  it('is driven by a command line on Windows, too', async () => {
    const words = ['run', '-i', instanceId, '--type', 'bat', 'echo from %OS%& exit /b 5']
    const there = assistOnWindows(words, folder, {...environment, ASSIST_HOME: windowsPath(folder)})
    expect([await there.ended, there.stdout().trim()]).toEqual([5, 'from Windows_NT'])
  })

  it("reads what programs print in the system's code page", async () => {
    const text = join(folder, 'gbk.txt')
    writeFileSync(text, iconv.encode('中文', 'gbk'))
    await setCodePage('936')
    try {
      agent.kill()
      await agent.ended
      await startAgent()
      expect((await run([`type ${windowsPath(text)}`])).stdout).toContain('中文')
      expect((await run(['echo 你好'])).stdout).toContain('你好')
    } finally {
      await setCodePage('437')
      agent.kill()
      await agent.ended
      await startAgent()
    }
  })

  it('comes back after kill -9 and runs what comes next', async () => {
    agent.kill()
    await agent.ended
    await startAgent()
    expect(await run(['echo back'])).toMatchObject({code: 0, stdout: expect.stringContaining('back')})
  })

  it('runs a schedule, and goes on with it after kill -9', async () => {
    const file = join(folder, 'rounds')
    const rounds = (): number => (existsSync(file) ? readFileSync(file, 'utf8').split('round').length - 1 : 0)
    const script = `echo round>>${windowsPath(file)}`
    const submitted = await run(['--json', '--exec-timeout', '10s', '--frequency', '*/10 * * * * *', script])
    expect(submitted).toMatchObject({code: 0})
    const {invokeId} = JSON.parse(submitted.stdout) as {invokeId: string}
    await expect.poll(rounds, {timeout: 25_000, interval: 200}).toBeGreaterThan(0)
    agent.kill()
    await agent.ended
    await startAgent()
    const before = rounds()
    await expect.poll(rounds, {timeout: 25_000, interval: 200}).toBeGreaterThan(before)
    expect(await assist(['stop', invokeId], {home: folder, env: environment})).toMatchObject({code: 0})
  })
})

/** The programs of that name that run on this Windows, found in another way than the code under test finds them. */
function pings(): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      if (!/^\d+$/.test(name) || !/ping\.exe/i.test(readFileSync(`/proc/${name}/cmdline`, 'latin1'))) return false
      return readFileSync(`/proc/${name}/environ`, 'latin1').includes(`WINEPREFIX=${PREFIX}`)
    } catch {
      return false
    }
  })
}
