import {parseDuration} from '../../core/duration.ts'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'
import {GENERAL} from '../../protocol/ecs/parameters/general.ts'
import {INVOCATION} from '../../protocol/ecs/parameters/invocation.ts'
import {sizeOf, type TextLimit} from '../../protocol/ecs/parameters/rules.ts'
import {REPEAT_MODES, type RepeatMode} from '../../protocol/repeat.ts'

/** `--exec-timeout` in whole seconds. */
export function parseExecTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const range = {minMs: COMMAND.timeout.min * 1000, maxMs: COMMAND.timeout.max * 1000}
  const ms = parseDuration(text, '--exec-timeout', range)
  if (ms % 1000 !== 0) throw new AssistError('usage', `--exec-timeout must be whole seconds; given: ${quote(text)}`)
  return ms / 1000
}

/** Whether it is short enough for the parameter that it becomes. */
export function checkLength(text: string | undefined, flag: string, {limit}: {limit: TextLimit}): string | undefined {
  const size = text === undefined ? 0 : sizeOf(text, limit.unit)
  if (size > limit.size) {
    throw new AssistError('usage', `${flag} must be at most ${limit.size} ${limit.unit}; given: ${size}`)
  }
  return text
}

/** Whether it looks like the parameter that it becomes. */
export function checkPattern(
  text: string | undefined,
  flag: string,
  {pattern}: {pattern: {is: RegExp; say: string}},
): string | undefined {
  if (text === undefined || pattern.is.test(text)) return text
  throw new AssistError('usage', `${flag} must be ${pattern.say}; given: ${quote(text)}`)
}

export function checkClientToken(token: string | undefined): string | undefined {
  return checkPattern(token, '--client-token', GENERAL.clientToken)
}

const WORDS: Readonly<Record<string, RepeatMode>> = {
  'next-reboot-only': 'NextRebootOnly',
  'every-reboot': 'EveryReboot',
  'dry-run': 'DryRun',
}

/** The API's spelling in any case, or in kebab-case. */
export function parseRepeatMode(text: string | undefined): RepeatMode | undefined {
  if (text === undefined) return undefined
  const lower = text.toLowerCase()
  const mode = WORDS[lower] ?? REPEAT_MODES.find((name) => name.toLowerCase() === lower)
  if (mode) return mode
  throw new AssistError('usage', `--repeat-mode must be ${REPEAT_MODES.join(', ')}; given: ${quote(text)}`)
}

export function parseTerminationMode(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const {values} = INVOCATION.terminationMode
  const mode = values.find((name) => name.toLowerCase() === text.toLowerCase().replaceAll('-', ''))
  if (mode) return mode
  throw new AssistError('usage', `--termination-mode must be ${values.join(' or ')}; given: ${quote(text)}`)
}

/** An id that goes into a request: one word of harmless characters. */
export function checkId(text: string, what: string, example: string): string {
  if (!/^[\x21-\x7e]{1,128}$/.test(text)) {
    throw new AssistError('usage', `${what} must be one word such as ${example}; given: ${quote(text)}`)
  }
  return text
}

/** A whole number within a range; decimal digits only, so `1e9`, `0x10` and ` 5` are refused. */
export function parseCount(
  text: string | undefined,
  flag: string,
  range: {min: number; max: number},
): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= range.min && value <= range.max)) {
    throw new AssistError(
      'usage',
      `${flag} must be a whole number from ${range.min} to ${range.max}; given: ${quote(text)}`,
    )
  }
  return value
}
