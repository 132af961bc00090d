import {AssistError} from './errors.ts'
import {quote} from './quote.ts'

const UNIT_MS = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000} as const

/** `90s`, `5m`, `2h`, `1d`, `500ms` to milliseconds; a number without a unit counts seconds, as in the API. */
export function parseDuration(text: string, name: string, range: {minMs: number; maxMs: number}): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(text.trim())
  if (!match)
    throw new AssistError(
      'usage',
      `${name} must be a number of seconds, or one with a unit (ms, s, m, h or d) such as 10m; given: ${quote(text)}`,
    )
  const ms = Number(match[1]) * UNIT_MS[(match[2] ?? 's') as keyof typeof UNIT_MS]
  if (ms < range.minMs || ms > range.maxMs) {
    throw new AssistError(
      'usage',
      `${name} must be between ${formatDuration(range.minMs)} and ${formatDuration(range.maxMs)}; given: ${quote(text)}`,
    )
  }
  return ms
}

/** The shortest exact spelling: 90000 → `90s`, 120000 → `2m`. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of [
    ['d', UNIT_MS.d],
    ['h', UNIT_MS.h],
    ['m', UNIT_MS.m],
    ['s', UNIT_MS.s],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`
  }
  return `${ms}ms`
}
