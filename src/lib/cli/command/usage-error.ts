import {stripVTControlCharacters} from 'node:util'
import {type Command, Errors} from '@oclif/core'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {nearest} from './nearest.ts'

interface CommandNames {
  id?: string
  aliases?: string[]
  flags?: Command.Class['flags']
  baseFlags?: Command.Class['baseFlags']
}

/**
 * oclif's complaint about a command line in our words, with what was probably meant. Any other error comes back as it is, but that a usage error
 * without a hint gets one: the help of its command, by the name that was typed (`argv`). `names` are those of all commands.
 */
export function explainUsage(
  error: unknown,
  command: CommandNames,
  names: () => readonly string[],
  argv: readonly string[] = [],
): unknown {
  const help = helpFor(command, argv)
  if (error instanceof AssistError) return error.code === 'usage' ? ownError(error, help) : error
  if (!(error instanceof Errors.CLIError)) return error
  const {flags, args} = error as {flags?: unknown; args?: unknown}
  const list = Array.isArray(flags) ? flags : Array.isArray(args) ? args : []
  switch (error.constructor.name) {
    case 'NonExistentFlagsError':
      return unknownFlag(String(list[0]), flagNames(command), help)
    case 'UnexpectedArgsError':
      return unexpectedWords(list.map(String), command, names, help)
    case 'RequiredArgsError':
      return missingWords(list as RequiredArg[], help)
    default:
      return new AssistError('usage', sentence(stripVTControlCharacters(error.message)), {hint: help, cause: error})
  }
}

function helpFor({id, aliases = []}: CommandNames, argv: readonly string[]): string {
  if (id === undefined) return 'See: assist --help'
  return `See: assist ${aliases.find((alias) => argv.includes(alias)) ?? spoken(id)} --help`
}

/** oclif puts words of its own around what a flag's parser throws. */
function ownError(error: AssistError, help: string): AssistError {
  const [, inner] = /^Parsing --\S+\s+([\s\S]*?)\nSee more help with --help$/.exec(error.message) ?? []
  if (inner === undefined && error.hint !== undefined) return error
  return new AssistError('usage', inner ?? error.message, {hint: error.hint ?? help, cause: error})
}

/** What is left of oclif's own sentences. */
function sentence(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  const said = lines.filter((line) => line !== '' && !/^(The following errors? occurred:|See more help)/.test(line))
  const [first = 'the command line is wrong'] = said
  const needsValue = /^Flag (--\S+) expects a value$/.exec(first)
  if (needsValue) return `${needsValue[1]} needs a value`
  const options = /^Expected (--[\w-]+)=([\s\S]*) to be one of: (.*)$/.exec(first)
  if (options) return `${options[1]} must be one of ${options[3]}; given: ${quote(options[2] ?? '')}`
  const together = /^(--[\w-]+)(?:=.*)? cannot also be provided when using (--[\w-]+)$/.exec(first)
  if (together) return `${together[1]} and ${together[2]} cannot be used together`
  return first.slice(0, 1).toLowerCase() + first.slice(1)
}

interface RequiredArg {
  name: string
  description?: string
}

function missingWords(args: readonly RequiredArg[], help: string): AssistError {
  const what = args.map(({name, description}) => `${name}${description ? ` (${description.replace(/\.$/, '')})` : ''}`)
  return new AssistError('usage', `missing: ${what.join(', ')}`, {hint: help})
}

function unexpectedWords(
  words: readonly string[],
  command: CommandNames,
  names: () => readonly string[],
  help: string,
): AssistError {
  const [first = ''] = words
  const topic = spoken(command.id ?? '')
  // `configure` is a command and has commands below it.
  const below = names().filter((name) => name.startsWith(`${topic} `))
  const meant = nearest(`${topic} ${first}`, below)
  const message =
    below.length > 0
      ? `there is no command ${quote(`${topic} ${first}`)}`
      : `${words.map(quote).join(', ')}: more than this command takes`
  const hint = meant ? `Did you mean: assist ${meant}` : help
  return new AssistError('usage', message, {hint})
}

export function unknownFlag(given: string, known: readonly string[], help?: string): AssistError {
  const name = given.split('=')[0] ?? given
  if (/secret|password|token|activation-code$/i.test(name)) return secretFlag(name)
  const elsewhere = ELSEWHERE[name.toLowerCase()]
  if (elsewhere !== undefined && known.includes(/^--(?:no-)?([a-z-]+)/.exec(elsewhere)?.[1] ?? '')) {
    return new AssistError('usage', `there is no flag ${quote(name)}`, {hint: `Did you mean ${elsewhere}?`})
  }
  const meant = name.startsWith('--') ? [nearest(name.slice(2), known) ?? ''].filter(Boolean) : beginWith(name, known)
  return new AssistError('usage', `there is no flag ${quote(name)}`, {
    hint:
      meant.length > 0
        ? `Did you mean ${meant.map((one) => `--${one}`).join(' or ')}?`
        : (help ?? 'Add --help to see the flags there are.'),
  })
}

/** Words for a flag of ours that other programs have. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '--async': '--no-wait',
  '--background': '--no-wait',
  '--check': '--repeat-mode dry-run',
  '--cron': '--frequency',
  '--detach': '--no-wait',
  '--dry-run': '--repeat-mode dry-run',
  '--dryrun': '--repeat-mode dry-run',
  '--format': '--output',
  '--host': '--instance',
  '--hosts': '--instance',
  '--jq': '--query',
  '--node': '--instance',
  '--nodes': '--instance',
  '--schedule': '--frequency',
  '--script': '--file',
  '--targets': '--instance',
  '--username': '--user',
  '--verbose': '--debug',
  '--working-dir': '--cwd',
  '--workdir': '--cwd',
}

const MOST_MEANT = 3

/** `-f` for `--follow`: the long flags that begin with that letter, as long as they are few. */
function beginWith(short: string, known: readonly string[]): string[] {
  const meant = known.filter((name) => name[0] === short[1])
  return meant.length <= MOST_MEANT ? meant : []
}

/** Everybody on a machine can read command lines. */
export function secretFlag(name: string): AssistError {
  return new AssistError('usage', `${name}: secrets are not taken from the command line, where others can read them`, {
    hint: 'Give it on stdin, by a hidden prompt, or in the environment; see --help.',
  })
}

function flagNames({flags = {}, baseFlags = {}}: CommandNames): string[] {
  return Object.entries({...baseFlags, ...flags}).flatMap(([name, flag]) => [name, ...(flag.aliases ?? [])])
}

function spoken(id: string): string {
  return id.replaceAll(':', ' ')
}
