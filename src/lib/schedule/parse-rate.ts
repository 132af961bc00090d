import {quote} from '../core/quote.ts'
import type {ScheduleErrorReason} from './error.ts'
import {ScheduleError} from './error.ts'
import type {RateSchedule} from './schedule.ts'
import type {Token} from './text.ts'
import {placeOf} from './text.ts'

const UNIT_MS = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000} as const
const EXAMPLE = 'write a whole number and s, m, h or d, such as rate(5m)'

export const MIN_RATE_MS = 60_000
export const MAX_RATE_MS = 7 * UNIT_MS.d
/** The agents' own ceiling. */
const MAX_WIRE_RATE_MS = 1000 * UNIT_MS.d

/** `rate(5m)`, 60 seconds to 7 days. Throws `ScheduleError`. */
export function parseRate(text: string): RateSchedule {
  const {amount, everyMs} = readRate(text, STRICT_PIECES)
  if (everyMs < MIN_RATE_MS)
    throw wrong('RateFrequencyTooSmall', amount, 'must be at least 60 seconds', 'write rate(60s) or longer')
  if (everyMs > MAX_RATE_MS)
    throw wrong('RateFrequencyTooLarge', amount, 'must be at most 7 days', 'write rate(7d) or shorter')
  return {kind: 'rate', text, everyMs}
}

/** What agents read: blanks around the number, any case, from 1 second to 1,000 days. Throws `ScheduleError`. */
export function parseWireRate(text: string): RateSchedule {
  const {amount, everyMs} = readRate(text, WIRE_PIECES)
  if (everyMs === 0) throw wrong('InvalidRateExpression', amount, 'must be at least 1 second', EXAMPLE)
  if (everyMs > MAX_WIRE_RATE_MS) throw wrong('RateFrequencyTooLarge', amount, 'must be at most 1000 days', EXAMPLE)
  return {kind: 'rate', text, everyMs}
}

/** What comes one after the other, each with what to say when it does not. The third is the number, the fourth the unit. */
type Pieces = readonly (readonly [pattern: RegExp, what: string])[]

const STRICT_PIECES: Pieces = [
  [/\s*rate/y, 'must be written as rate(...)'],
  [/\(/y, 'must have ( right after rate'],
  [/\d+/y, 'must be a whole number'],
  [/[smhd]/y, 'must have the unit s, m, h or d right after its number'],
  [/\)/y, 'must be closed with )'],
  [/\s*$/y, 'must end after )'],
]

const WIRE_PIECES: Pieces = [
  [/\s*rate/iy, 'must be written as rate(...)'],
  [/\s*\(/y, 'must have ( after rate'],
  [/\d+/y, 'must be a whole number'],
  [/\s*[smhd]/iy, 'must have the unit s, m, h or d after its number'],
  [/\)/y, 'must be closed with )'],
  [/\s*$/y, 'must end after )'],
]

function readRate(text: string, pieces: Pieces): {amount: Token; everyMs: number} {
  const starts: number[] = []
  let position = 0
  for (const [pattern, what] of pieces) {
    starts.push(position)
    pattern.lastIndex = position
    const match = pattern.exec(text)
    if (!match) throw wrong('InvalidRateExpression', {text: text.slice(position).trimEnd(), position}, what, EXAMPLE)
    position += match[0].length
  }
  const [, , numberAt = 0, unitAt = 0, closeAt = 0] = starts
  const unit = text.slice(unitAt, closeAt).trim().toLowerCase()
  const everyMs = Number(text.slice(numberAt, unitAt)) * UNIT_MS[unit as keyof typeof UNIT_MS]
  return {amount: {text: text.slice(numberAt, closeAt), position: numberAt}, everyMs}
}

function wrong(reason: ScheduleErrorReason, token: Token, what: string, mend: string): ScheduleError {
  const message = `rate interval ${what}; given: ${quote(token.text)} at position ${token.position + 1}; ${mend}`
  return new ScheduleError(reason, message, placeOf(token))
}
