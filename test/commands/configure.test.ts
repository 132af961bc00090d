import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type AssistOptions, assist, PROJECT, tempFolder} from '../support/cli.ts'

let home: ReturnType<typeof tempFolder>
beforeEach(() => {
  home = tempFolder()
})
afterEach(() => home.remove())

const run = (args: string[], more: Partial<AssistOptions> = {}) => assist(args, {home: home.path, ...more})
const file = (): string => join(home.path, 'config', 'config.json')
const stored = () => JSON.parse(readFileSync(file(), 'utf8'))
const write = (text: string, mode = 0o600): void => {
  mkdirSync(join(home.path, 'config'), {recursive: true, mode: 0o700})
  writeFileSync(file(), text)
  chmodSync(file(), mode)
}
const KEY = ['--access-key-id', 'LTAI5tExample', '--region', 'cn-hangzhou']

describe('configure', () => {
  it('stores what flags and stdin say, and whoami finds it', async () => {
    const ended = await run(['configure', ...KEY, '--secret-stdin'], {input: 'CANARY-secret\n'})
    expect(ended).toMatchObject({code: 0, stdout: ''})
    expect(stored()).toEqual({
      current: 'default',
      profiles: {
        default: {mode: 'AK', accessKeyId: 'LTAI5tExample', accessKeySecret: 'CANARY-secret', regionId: 'cn-hangzhou'},
      },
    })
    const who = await run(['whoami', '--json'])
    expect(JSON.parse(who.stdout)).toMatchObject({profile: 'default', accessKeyId: '****mple', region: 'cn-hangzhou'})
    for (const args of [
      ['configure', 'list'],
      ['configure', 'get'],
      ['configure', 'get', 'access-key-secret', '--json'],
      ['whoami', '--explain'],
    ]) {
      const shown = await run(args)
      expect(shown.code).toBe(0)
      expect(shown.stdout + shown.stderr).not.toContain('CANARY')
    }
  })

  it('calls nobody where nobody was asked, unless it is to', async () => {
    const here = ['--endpoint', 'http://127.0.0.1:9', '--secret-stdin']
    const quiet = await run(['configure', ...KEY, ...here], {input: 's'})
    expect(quiet).toMatchObject({code: 0})
    expect(quiet.stderr).not.toContain('could not be tried')
    const asked = await run(['configure', ...KEY, ...here, '--verify'], {input: 's'})
    expect(asked).toMatchObject({code: 0})
    expect(asked.stderr).toContain('It is kept, but could not be tried: DescribeRegions: cannot reach 127.0.0.1:9')
    expect(stored().profiles.default).toMatchObject({endpoint: 'http://127.0.0.1:9'})
  })

  it('says that a profile has no region', async () => {
    const ended = await run(['configure', ...KEY.slice(0, 2), '--secret-stdin'], {input: 's'})
    expect(ended.stderr).toContain('It has no region: give --region each time')
  })

  it('takes the secret from the environment beside a given id only', async () => {
    const env = {ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'from-environment'}
    expect((await run(['configure', ...KEY], {env})).code).toBe(0)
    expect(stored().profiles.default.accessKeySecret).toBe('from-environment')
    expect(
      (await run(['configure', '--region', 'cn-x'], {env: {ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'another'}})).code,
    ).toBe(0)
    expect(stored().profiles.default).toMatchObject({accessKeySecret: 'from-environment', regionId: 'cn-x'})
  })

  it('loses none of sixteen profiles that are stored at once', async () => {
    const names = Array.from({length: 16}, (_, index) => `p${index}`)
    const ended = await Promise.all(names.map((name) => run(['configure', 'set', 'region-id=cn-x', '--profile', name])))
    expect(ended.map(({code, stderr}) => [code, stderr])).toEqual(
      names.map((name) => [0, `Changed profile ${name}.\n`]),
    )
    expect(Object.keys(stored().profiles).sort()).toEqual([...names].sort())
    expect(readdirSync(join(home.path, 'config'))).toEqual(['config.json'])
  })

  it('uses, changes and forgets profiles', async () => {
    await run(['configure', ...KEY, '--secret-stdin'], {input: 's1'})
    await run(['configure', '--profile', 'team', ...KEY, '--secret-stdin', '--endpoint', 'https://plane.example'], {
      input: 's2',
    })
    expect(stored().current).toBe('default')
    expect((await run(['configure', 'use', 'team'])).code).toBe(0)
    expect((await run(['configure', 'set', 'output=json', 'region=local', 'insecure-http=true'])).code).toBe(0)
    expect(stored().profiles.team).toMatchObject({output: 'json', regionId: 'local', insecureHttp: true})
    expect((await run(['configure', 'set', 'output='])).code).toBe(0)
    expect(stored().profiles.team).not.toHaveProperty('output')
    expect((await run(['configure', 'get', 'region-id'])).stdout).toBe('regionId\tlocal\n')
    const listed = JSON.parse((await run(['configure', 'list', '--json'])).stdout).profiles
    expect(listed.map(({name, current}: {name: string; current: boolean}) => [name, current])).toEqual([
      ['default', false],
      ['team', true],
      ['local', false],
    ])
    expect((await run(['configure', 'delete', 'team'])).code).toBe(2)
    expect((await run(['configure', 'delete', 'team', '--yes'])).code).toBe(0)
    expect(stored()).toEqual({profiles: {default: expect.anything()}})
  })

  it.each([
    {name: 'without a terminal and without keys', args: ['configure'], code: 2, says: 'no terminal to ask on'},
    {name: 'with --no-input', args: ['configure', '--no-input'], code: 2, says: '--no-input was given'},
    {
      name: 'a secret as a flag',
      args: ['configure', '--access-key-secret', 'CANARY'],
      code: 2,
      says: 'not taken from the command line',
    },
    {
      name: 'a secret by set',
      args: ['configure', 'set', 'access-key-secret=CANARY'],
      code: 2,
      says: 'not taken from the command line',
    },
    {name: 'nothing on stdin', args: ['configure', ...KEY, '--secret-stdin'], code: 2, says: 'is empty'},
    {
      name: 'a secret with spaces',
      args: ['configure', ...KEY, '--secret-stdin'],
      input: 'CANARY x',
      code: 120,
      says: 'accessKeySecret has a space',
    },
    {
      name: 'an endpoint with a password',
      args: ['configure', 'set', 'endpoint=https://u:CANARY@h'],
      code: 120,
      says: 'user name or password',
    },
    {name: 'http to elsewhere', args: ['configure', 'set', 'endpoint=http://h'], code: 120, says: 'http to h'},
    {
      name: 'a word for a key id',
      args: ['configure', '--access-key-id', 'hello', '--secret-stdin'],
      input: 'CANARY',
      code: 2,
      says: 'the access key id has only 5 characters',
    },
    {
      name: 'an empty region',
      args: ['configure', ...KEY.slice(0, 2), '--secret-stdin', '--region', ''],
      input: 'CANARY',
      code: 2,
      says: 'no region id',
    },
    {name: 'a wrong mode', args: ['configure', '--mode', 'magic'], code: 2, says: '--mode must be one of'},
    {name: 'a wrong field', args: ['configure', 'set', 'reginid=x'], code: 2, says: 'no field "reginid"'},
    {name: 'a value without its field', args: ['configure', 'set', 'cn-x'], code: 2, says: 'FIELD=VALUE'},
    {name: 'the name local', args: ['configure', '--profile', 'local'], code: 2, says: 'built in'},
    {name: 'a name with a slash', args: ['configure', '--profile', '../x'], code: 2, says: 'letters, digits'},
    {name: 'to delete what is not there', args: ['configure', 'delete', 'nope'], code: 120, says: 'no profile "nope"'},
    {name: 'to delete local', args: ['configure', 'delete', 'local'], code: 2, says: 'built in'},
    {name: 'to use what is not there', args: ['configure', 'use', 'nope'], code: 120, says: 'no profile "nope"'},
    {name: 'a misspelt flag', args: ['configure', '--regoin', 'x'], code: 2, says: 'Did you mean --region?'},
    {
      name: 'a flag twice',
      args: ['configure', '--region', 'x', '--region', 'y'],
      code: 2,
      says: 'only be specified once',
    },
    {name: 'a flag without its value', args: ['configure', '--region'], code: 2, says: '--region needs a value'},
  ])('refuses $name and stores nothing', async ({args, code, says, input}) => {
    const started = performance.now()
    const ended = await run(args, input === undefined ? {} : {input})
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(says)
    expect(ended.stderr).not.toMatch(/CANARY|\n\s+at /)
    expect(ended.stdout).toBe('')
    expect(existsSync(file())).toBe(false)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it.each([
    {name: 'open to others', mode: 0o644, says: 'chmod 600'},
    {name: 'cut short', text: '{"profiles": {"a": {"accessKeySecret": "CANARY', says: 'config.json:1:'},
    {name: 'with an unknown key', text: '{"profiles": {"a": {"acesskey": "CANARY"}}}', says: 'unknown key "acesskey"'},
  ])('leaves a file alone that is $name', async ({text = '{}', mode = 0o600, says}) => {
    write(text, mode)
    for (const args of [['whoami'], ['configure', 'set', 'region-id=cn-x'], ['configure', 'list']]) {
      const ended = await run(args)
      expect(ended).toMatchObject({code: 120, stdout: ''})
      expect(ended.stderr).toContain(says)
      expect(ended.stderr).not.toContain('CANARY')
    }
    expect(readFileSync(file(), 'utf8')).toBe(text)
  })

  it('finds the home folder where HOME does not name it', async () => {
    const elsewhere = {XDG_CONFIG_HOME: home.path, ALIBABA_CLOUD_IGNORE_PROFILE: 'TRUE'}
    const ended = await run(['whoami'], {env: {HOME: '', ASSIST_HOME: '', ...elsewhere}})
    expect(ended).toMatchObject({code: 120, stdout: ''})
    expect(ended.stderr).toContain('no keys are configured')
  })
})

const hasScript = spawnSync('script', ['--version']).status === 0

/** Runs a line on a pseudo-terminal of util-linux's `script`, and types what the prompts wait for. */
async function onTerminal(
  line: string,
  typed: ReadonlyArray<{after: RegExp; keys: string}>,
): Promise<{code: number | null; screen: string}> {
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: home.path,
    env: {PATH: process.env.PATH, HOME: home.path, ASSIST_HOME: home.path, TERM: 'xterm', NO_COLOR: '1'},
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting = [...typed]
  let screen = ''
  let looked = 0
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString()
    const [next] = waiting
    if (next?.after.test(screen.slice(looked))) {
      looked = screen.length
      waiting.shift()
      child.stdin.write(next.keys)
    }
  })
  const [code] = await once(child, 'close')
  return {code, screen}
}

describe.skipIf(!hasScript)('configure on a terminal (needs `script` of util-linux)', () => {
  const line = `${process.execPath} ${join(PROJECT, 'bin/run.js')}`

  it('asks, hides the secret and stores', async () => {
    const {code, screen} = await onTerminal(`${line} configure --no-verify`, [
      {after: /Mode/, keys: '\r'},
      {after: /Access key id/, keys: 'LTAI5tTyped\r'},
      {after: /Access key secret/, keys: 'CANARY-typed\r'},
      {after: /Address/, keys: '\r'},
      {after: /Region/, keys: 'cn-beijing\r'},
      {after: /Language/, keys: '\r'},
    ])
    expect(code).toBe(0)
    expect(screen).not.toContain('CANARY')
    expect(stored().profiles.default).toEqual({
      mode: 'AK',
      accessKeyId: 'LTAI5tTyped',
      accessKeySecret: 'CANARY-typed',
      regionId: 'cn-beijing',
      language: 'en',
    })
  })

  it('leaves with 130 at Ctrl-C, without a stack and without a file', async () => {
    const {code, screen} = await onTerminal(`${line} configure`, [{after: /Mode/, keys: '\x03'}])
    expect(code).toBe(130)
    expect(screen).not.toMatch(/\n\s+at |internal error/)
    expect(existsSync(file())).toBe(false)
  })
})

describe('profiles of the official CLI', () => {
  const official = (mode: number): void => {
    mkdirSync(join(home.path, '.aliyun'), {recursive: true})
    const path = join(home.path, '.aliyun', 'config.json')
    const keys = {access_key_id: 'LTAItheirsExample', access_key_secret: 'CANARY', region_id: 'cn-theirs'}
    const profiles = [
      {name: 'theirs', mode: 'AK', ...keys},
      {name: 'odd', mode: 'RsaKeyPair'},
      {name: '他们的 配置', mode: 'AK', ...keys},
    ]
    writeFileSync(path, JSON.stringify({current: 'theirs', profiles}))
    chmodSync(path, mode)
  }

  it('can be shown and chosen; those of another mode are marked', async () => {
    official(0o600)
    expect(JSON.parse((await run(['configure', 'get', '--profile', 'theirs', '--json'])).stdout)).toMatchObject({
      regionId: 'cn-theirs',
      accessKeySecret: '(set)',
    })
    expect((await run(['configure', 'list'])).stdout).toContain('RsaKeyPair (cannot be used by assist)')
    expect((await run(['configure', 'use', 'theirs'])).code).toBe(0)
    expect(JSON.parse((await run(['whoami', '--json'])).stdout)).toMatchObject({profile: 'theirs', region: 'cn-theirs'})
    expect((await run(['configure', 'use', 'nobody'])).stderr).toContain('theirs')
    expect((await run(['configure', 'get', 'mode', '--profile', '他们的 配置'])).stdout).toBe('mode\tAK\n')
    expect((await run(['configure', 'get', '--profile', 'local'])).stderr).toContain('whoami --profile local')
  })

  it('are used with a warning where others can read them, and not where others can write them', async () => {
    official(0o644)
    const list = await run(['configure', 'list'])
    expect(list).toMatchObject({code: 0})
    const who = await run(['whoami'])
    expect(who).toMatchObject({code: 0})
    expect(list.stderr + who.stderr).toContain('chmod 600')
    official(0o666)
    expect((await run(['whoami'])).code).toBe(120)
  })
})

describe('whoami --explain', () => {
  const sources = async (env: Record<string, string>) => {
    const ended = await run(['whoami', '--explain', '--json'], {
      env: {ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', ...env},
    })
    return {...ended, passedOver: JSON.parse(ended.stdout).passedOver.map(({source}: {source: string}) => source)}
  }

  it('lists every source that was passed over also when none can be used', async () => {
    const none = await sources({})
    expect(none.code).toBe(120)
    expect(none.passedOver).toEqual(
      expect.arrayContaining(['--profile', 'environment', 'current profile', 'credentials URI']),
    )
    const half = await sources({ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tExample'})
    expect(half.code).toBe(120)
    expect(half.passedOver).toEqual(['environment'])
  })

  it('names a current profile that is not there', async () => {
    write('{"current": "gone", "profiles": {}}')
    const ended = await sources({})
    expect(ended.code).toBe(120)
    expect(ended.stderr).toContain('there is no profile')
    expect(ended.passedOver).toContain('environment')
  })

  it('mentions the profile that keys in the environment hide', async () => {
    await run(['configure', ...KEY, '--secret-stdin'], {input: 's'})
    const env = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tOther',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's',
      ALIBABA_CLOUD_REGION_ID: 'cn-x',
    }
    expect((await sources(env)).passedOver).toContain('current profile "default"')
  })
})
