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

  it('is the same by help NAME', async () => {
    const [byFlag, byCommand] = await Promise.all([help('cron', '--help'), help('help', 'cron')])
    expect(byCommand.stdout).toBe(byFlag.stdout)
  })

  it('is tested for all commands there are files of', () => {
    const files = readdirSync(join(PROJECT, 'src/commands')).filter((file) => file.endsWith('.ts'))
    for (const name of MINE) expect(files).toContain(`${name}.ts`)
  })
})
