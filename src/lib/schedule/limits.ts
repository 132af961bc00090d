import {quote} from '../core/quote.ts'
import {shortestGapSec} from './cron/gap.ts'
import {cronParts} from './cron/parse-cron.ts'
import {ScheduleError} from './error.ts'
import {MAX_RATE_MS, MIN_RATE_MS} from './parse-rate.ts'
import type {CronFieldName, CronSchedule, RateSchedule} from './schedule.ts'
import type {Token} from './text.ts'
import {placeOf} from './text.ts'

/** No service accepts cron runs closer together. */
export const MIN_CRON_GAP_SEC = 10

/** Throws `ScheduleError` when two runs can be closer than `leastSec`, and points at the part that brings them together. */
export function checkCronGap(cron: CronSchedule, leastSec: number, why = ''): void {
  const gapSec = shortestGapSec(cron)
  if (gapSec >= leastSec) return
  const part = partToBlame(cron, gapSec)
  const message = `cron runs must be at least ${leastSec} s apart${why}; given: ${quote(part.text)} at position ${part.position + 1}, ${gapSec} s apart at its closest`
  throw new ScheduleError('CronIntervalTooSmall', message, placeOf(part))
}

/** The coarsest field whose values alone decide a gap of that length. */
function partToBlame(cron: CronSchedule, gapSec: number): Token {
  const name: CronFieldName | undefined =
    gapSec < 60 ? 'second' : gapSec < 3600 ? 'minute' : gapSec < 86_400 ? 'hour' : undefined
  const part = name && cronParts(cron.text).fields.get(name)
  return part ?? {text: cron.text, position: 0}
}

/** Throws `ScheduleError` unless the interval is 60 s to 7 days and longer than the timeout of the task. */
export function checkRate(rate: RateSchedule, timeoutSec: number): void {
  const [amount = rate.text] = /\d+\s*[smhd]/i.exec(rate.text) ?? []
  const token = {text: amount, position: Math.max(0, rate.text.indexOf(amount))}
  const given = `given: ${quote(amount)} at position ${token.position + 1}`
  if (rate.everyMs < MIN_RATE_MS)
    throw new ScheduleError(
      'RateFrequencyTooSmall',
      `rate interval must be at least 60 seconds; ${given}`,
      placeOf(token),
    )
  if (rate.everyMs > MAX_RATE_MS)
    throw new ScheduleError('RateFrequencyTooLarge', `rate interval must be at most 7 days; ${given}`, placeOf(token))
  if (rate.everyMs > timeoutSec * 1000) return
  const message = `rate interval must be longer than the timeout of ${timeoutSec} s; ${given}; make the interval longer or the timeout shorter`
  throw new ScheduleError('RateFrequencyTooSmall', message, placeOf(token))
}
