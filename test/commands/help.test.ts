import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import {assist, type Ended, PROJECT, tempFolder} from '../support/cli.ts'

const MINE = [
  'run-command',
  'create-command',
  'modify-command',
  'delete-command',
  'describe-commands',
  'invoke-command',
  'stop-invocation',
  'describe-invocations',
  'describe-results',
  'describe-instances',
  'describe-status',
  'describe-regions',
  'cron',
  'create-activation',
  'describe-activations',
  'disable-activation',
  'delete-activation',
  'describe-managed-instances',
  'modify-managed-instance',
  'deregister-managed-instance',
]

const folder = tempFolder()
const help = (...args: string[]): Promise<Ended> =>
  assist(args, {home: folder.path, env: {OCLIF_COLUMNS: '80', NO_COLOR: '1', COLUMNS: '80'}})

describe('help', () => {
  beforeAll(() => () => folder.remove())

  it.each(MINE)('of %s', async (name) => {
    const {stdout, code} = await help(name, '--help')
    expect(code).toBe(0)
    expect(stdout).toMatchSnapshot()
  })

  it('lists the exit codes', async () => {
    const {stdout, code} = await help('help', 'exit-codes')
    expect(code).toBe(0)
    expect(stdout).toContain('some target never ran it')
  })

  it('is the same by help NAME, -h, and with inherited flags in front', async () => {
    const [byFlag, ...others] = await Promise.all([
      help('cron', '--help'),
      help('help', 'cron'),
      help('cron', '-h'),
      help('--help', 'cron'),
      help('--output', 'json', '-q', 'cron', '--help'),
    ])
    for (const other of others) expect(other).toEqual(byFlag)
  })

  it('names the command as it was typed', async () => {
    const [short, long] = await Promise.all([help('run', '--help'), help('run-command', '--help')])
    expect(short.stdout).toMatch(/^USAGE\n {2}assist run \[TARGET\]/m)
    expect(long.stdout).toMatch(/^USAGE\n {2}assist run-command \[TARGET\]/m)
    expect(short.stdout).toMatch(/^ALSO KNOWN AS\n {2}assist run-command$/m)
  })

  it.each([[[]], [['help']], [['--help']], [['-h']]])('of everything for %j', async (words) => {
    const {stdout, code} = await help(...words)
    expect(code).toBe(0)
    expect(stdout).toMatchSnapshot('overview')
  })

  it.each([[['local']], [['help', 'local']], [['server', 'key', '--help']], [['help', 'environment']]])(
    'of a group or topic for %j',
    async (words) => {
      const {stdout, code} = await help(...words)
      expect(code).toBe(0)
      expect(stdout).toMatchSnapshot()
    },
  )

  it.each([
    {words: ['nosuch'], says: 'there is no command "nosuch"'},
    {words: ['help', 'nosuch'], says: 'there is no command "nosuch"'},
    {words: ['nosuch', '--help'], says: 'there is no command "nosuch"'},
    {words: ['lcoal', 'up'], says: 'Did you mean: assist local up'},
    {words: ['--prfile', 'x', 'run'], says: 'Did you mean --profile?'},
  ])('refuses $words', async ({words, says}) => {
    const {stdout, stderr, code} = await help(...words)
    expect({stdout, code}).toEqual({stdout: '', code: 2})
    expect(stderr).toContain(says)
  })

  it('leaves what follows -- to the script', async () => {
    const {stdout, stderr} = await help('run', '--profile', 'nosuch', '--', 'ls', '--help')
    expect(stdout).toBe('')
    expect(stderr).toContain('there is no profile "nosuch"')
  })

  it('takes inherited flags in front of any command', async () => {
    const {stdout, code} = await help('--output', 'json', '--query', 'running', 'local', 'status')
    expect({stdout, code}).toEqual({stdout: 'false\n', code: 0})
  })

  it('tells the version in three ways', async () => {
    const told = await Promise.all([help('--version'), help('-v'), help('version')])
    for (const {stdout, code} of told)
      expect({stdout, code}).toEqual({stdout: expect.stringMatching(/^aliyun-assist\/\d/), code: 0})
  })

  it('is tested for all commands there are files of', () => {
    const files = readdirSync(join(PROJECT, 'src/commands')).filter((file) => file.endsWith('.ts'))
    for (const name of MINE) expect(files).toContain(`${name}.ts`)
  })
})
