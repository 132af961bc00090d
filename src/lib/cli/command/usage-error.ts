import {type Command, Errors} from '@oclif/core'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {nearest} from './nearest.ts'

interface FlagNames {
  flags?: Command.Class['flags']
  baseFlags?: Command.Class['baseFlags']
}

/** oclif's complaint about a command line, with what was probably meant. Any other error comes back as it is. */
export function explainUsage(error: unknown, command: FlagNames): unknown {
  if (!(error instanceof Errors.CLIError)) return error
  const {flags: unknown} = error as {flags?: unknown}
  if (error.constructor.name !== 'NonExistentFlagsError' || !Array.isArray(unknown)) return error
  return unknownFlag(String(unknown[0]), namesOf(command))
}

export function unknownFlag(given: string, known: readonly string[]): AssistError {
  const name = given.split('=')[0] ?? given
  if (/secret|password|token|activation-code$/i.test(name)) return secretFlag(name)
  const meant = name.startsWith('--') ? nearest(name.slice(2), known) : undefined
  return new AssistError('usage', `there is no flag ${quote(name)}`, {
    hint: meant ? `Did you mean --${meant}?` : 'Add --help to see the flags there are.',
  })
}

/** Everybody on a machine can read command lines. */
export function secretFlag(name: string): AssistError {
  return new AssistError('usage', `${name}: secrets are not taken from the command line, where others can read them`, {
    hint: 'Give it on stdin, by a hidden prompt, or in the environment; see --help.',
  })
}

function namesOf({flags = {}, baseFlags = {}}: FlagNames): string[] {
  return Object.entries({...baseFlags, ...flags}).flatMap(([name, flag]) => [name, ...(flag.aliases ?? [])])
}

/** `assist isntances` and the like. `ids` are oclif's, with colons. */
export function unknownCommand(argv: readonly string[], ids: readonly string[]): AssistError {
  const words = argv.filter((word) => !word.startsWith('-'))
  const meant = nearest(words.slice(0, 2).join(' '), spoken(ids)) ?? nearest(words[0] ?? '', spoken(ids))
  return new AssistError('usage', `there is no command ${quote(words[0] ?? '')}`, {
    hint: meant ? `Did you mean: assist ${meant}` : 'See: assist --help',
  })
}

function spoken(ids: readonly string[]): string[] {
  return ids.map((id) => id.replaceAll(':', ' '))
}
