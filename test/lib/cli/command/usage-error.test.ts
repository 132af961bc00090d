import {describe, expect, it} from 'vitest'
import {unknownCommand} from '../../../../src/lib/cli/command/unknown-command.ts'
import {assist, tempFolder} from '../../../support/cli.ts'

const IDS = [
  'run-command',
  'run',
  'local:up',
  'local:down',
  'agent:start',
  'agent:status',
  'describe-results',
  'results',
]

describe('unknownCommand', () => {
  it.each([
    [['agent', 'stat'], '"agent stat"', 'Did you mean: assist agent status'],
    [['local', 'upp'], '"local upp"', 'Did you mean: assist local up'],
    [['local', 'xyzzy'], '"local xyzzy"', 'See: assist local --help'],
    [['rsults', 't-1'], '"rsults"', 'Did you mean: assist results'],
    [['logs', 't-1'], '"logs"', 'Use: assist results ID --follow'],
    [['ps'], '"ps"', 'Use: assist invocations'],
    [['exec', 'i-1'], '"exec"', "Use: assist run -i INSTANCE 'COMMAND'"],
    [['ssh', 'i-1'], '"ssh"', "Use: assist run -i INSTANCE 'COMMAND'"],
  ])('%j', (argv, named, hint) => {
    const error = unknownCommand(argv, IDS)
    expect(error.message).toBe(`there is no command ${named}`)
    expect(error.hint).toBe(hint)
  })
})

describe('a wrong command line', () => {
  it.each<[string[], string, string]>([
    [
      ['run', '--timeout', 'x', 'y'],
      '--timeout must be a number of seconds, or one with a unit',
      'See: assist run --help',
    ],
    [['run', '--timeout'], '--timeout needs a value', 'See: assist run --help'],
    [['run', '-o', 'xml', 'y'], '--output must be one of table, text', 'See: assist run --help'],
    [['run-command', '--timeout'], '--timeout needs a value', 'See: assist run-command --help'],
    [['whoami', 'extra'], '"extra": more than this command takes', 'See: assist whoami --help'],
    [['configure', 'lst'], 'there is no command "configure lst"', 'Did you mean: assist configure list'],
    [['stop'], 'missing: invokeId (Invocation to stop (t-…))', 'See: assist stop --help'],
    [['run', '--instance-id', 'i-1', 'x'], 'there is no flag "--instance-id"', 'Did you mean --instance?'],
    [['run', '--dry-run', 'x'], 'there is no flag "--dry-run"', 'Did you mean --repeat-mode dry-run?'],
    [['run', '--detach', 'x'], 'there is no flag "--detach"', 'Did you mean --no-wait?'],
    [['invocations', '--format', 'json'], 'there is no flag "--format"', 'Did you mean --output?'],
    [['results', '-f', 't-1'], 'there is no flag "-f"', 'Did you mean --follow?'],
    [['run', '-x', 'y'], 'there is no flag "-x"', 'See: assist run --help'],
    [['results', '--follow', '--history', 't-1'], '--history and --follow cannot be used together', 'See: assist'],
    [['local', 'upp'], 'there is no command "local upp"', 'Did you mean: assist local up'],
  ])('is told what, and how to mend it: %j', async (argv, message, hint) => {
    const home = tempFolder()
    const {code, stderr, stdout} = await assist(argv, {home: home.path})
    home.remove()
    expect(stderr).toContain(`Error: ${message}`)
    expect(stderr).toContain(`\n  ${hint}`)
    expect(stderr.trimEnd().split('\n')).toHaveLength(2)
    expect({code, stdout}).toEqual({code: 2, stdout: ''})
  })

  it('is told in JSON where JSON was asked for', async () => {
    const home = tempFolder()
    const {stderr} = await assist(['run', '--json', '-o', 'yaml', 'x'], {home: home.path})
    home.remove()
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'usage',
      message: '--output and --json cannot be used together',
    })
  })
})
