import {parseDuration} from '../../core/duration.ts'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {LIMITS} from '../../protocol/ecs/limits.ts'
import {REPEAT_MODES, type RepeatMode} from '../../protocol/script.ts'

/** `--exec-timeout` in whole seconds. */
export function parseExecTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const range = {minMs: LIMITS.timeoutMinSec * 1000, maxMs: LIMITS.timeoutMaxSec * 1000}
  const ms = parseDuration(text, '--exec-timeout', range)
  if (ms % 1000 !== 0) throw new AssistError('usage', `--exec-timeout must be whole seconds; given: ${quote(text)}`)
  return ms / 1000
}

/** In characters, as the API counts. */
export function checkLength(text: string | undefined, flag: string, limit: number): string | undefined {
  const length = text === undefined ? 0 : [...text].length
  if (length > limit) throw new AssistError('usage', `${flag} must be at most ${limit} characters; given: ${length}`)
  return text
}

export function checkBytes(text: string | undefined, flag: string, limit: number): string | undefined {
  const bytes = text === undefined ? 0 : Buffer.byteLength(text)
  if (bytes > limit) throw new AssistError('usage', `${flag} must be at most ${limit} bytes; given: ${bytes}`)
  return text
}

/** ASCII, so that a character is a byte. */
export function checkClientToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined
  if (!/^[\x21-\x7e]+$/.test(token) || token.length > LIMITS.clientTokenCharacters) {
    throw new AssistError(
      'usage',
      `--client-token must be 1 to ${LIMITS.clientTokenCharacters} visible ASCII characters; given: ${quote(token)}`,
    )
  }
  return token
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
  const mode = ['Process', 'ProcessTree'].find((name) => name.toLowerCase() === text.toLowerCase().replaceAll('-', ''))
  if (mode) return mode
  throw new AssistError('usage', `--termination-mode must be Process or ProcessTree; given: ${quote(text)}`)
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
