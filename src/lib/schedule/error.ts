import {AssistError} from '../core/errors.ts'
import {escapeControls} from '../core/quote.ts'

/** The service's own codes for a bad schedule (openapi.md 3.7); the last two are ours, for limits it answers with a bare InvalidParameter. */
export type ScheduleErrorReason =
  | 'InvalidCronExpression'
  | 'InvalidRateExpression'
  | 'InvalidAtExpression'
  | 'RateFrequencyTooLarge'
  | 'CronExpressionExpired'
  | 'AtExpressionExpired'
  | 'TimezoneInformationCorrupt'
  | 'InvalidGMTOffsetForTimezone'
  | 'InvalidGMTOffsetHourForTimezone'
  | 'InvalidGMTOffsetMinuteForTimezone'
  | 'RateFrequencyTooSmall'
  | 'CronIntervalTooSmall'

/** Where in an expression: `position` counts UTF-16 units from 0. */
export interface Place {
  readonly position: number
  readonly length: number
}

/** A schedule nobody can run. The message is one line; `position` and `length` say which characters are at fault. */
export class ScheduleError extends AssistError {
  readonly reason: ScheduleErrorReason
  readonly position: number
  readonly length: number

  constructor(reason: ScheduleErrorReason, message: string, place: Place) {
    super('usage', message)
    this.name = 'ScheduleError'
    this.reason = reason
    this.position = place.position
    this.length = place.length
  }
}

const SHOWN_BEFORE = 60
const SHOWN_AFTER = 40

/**
 * The expression and, under it, a `^^^` marker below the mistake.
 * Control characters are escaped, wide characters count two columns, and a long expression is cut around the mistake, so both lines stay short.
 */
export function pointAt(error: ScheduleError, text: string): string {
  const mistakeAt = Math.min(error.position, text.length)
  const from = mistakeAt > SHOWN_BEFORE ? mistakeAt - SHOWN_BEFORE : 0
  const to = Math.min(text.length, Math.max(mistakeAt + SHOWN_AFTER, mistakeAt + Math.min(error.length, SHOWN_AFTER)))
  const before = (from > 0 ? '…' : '') + printable(text.slice(from, mistakeAt))
  const mistake = printable(text.slice(mistakeAt, Math.min(to, mistakeAt + error.length)))
  const behind = printable(text.slice(mistakeAt, to)) + (to < text.length ? '…' : '')
  return `${before}${behind}\n${' '.repeat(columns(before))}${'^'.repeat(Math.max(1, columns(mistake)))}`
}

function printable(text: string): string {
  return escapeControls(text, {keepLineBreaks: false})
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** Terminal columns, near enough: East Asian wide characters and emoji take two. */
function columns(text: string): number {
  return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0)
}
