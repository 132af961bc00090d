import {parseCron} from './cron/parse-cron.ts'
import {expressionKind} from './kind.ts'
import {checkCronGap, MIN_CRON_GAP_SEC} from './limits.ts'
import {parseAt} from './parse-at.ts'
import {parseRate} from './parse-rate.ts'
import type {Schedule} from './schedule.ts'
import {MAX_TEXT_LENGTH, refuseTooLong} from './text.ts'

/**
 * Reads an expression as the API documents it (openapi.md 4): syntax, ranges, rate of 60 s to 7 days, cron gap of at least 10 s.
 * Throws `ScheduleError`. Moments that are over pass: that needs a clock and is `validateSchedule`'s part.
 */
export function parseSchedule(text: string): Schedule {
  const kind = expressionKind(text)
  if (kind === 'rate') {
    refuseTooLong(text, MAX_TEXT_LENGTH, 'InvalidRateExpression')
    return parseRate(text)
  }
  if (kind === 'at') {
    refuseTooLong(text, MAX_TEXT_LENGTH, 'InvalidAtExpression')
    return parseAt(text)
  }
  refuseTooLong(text, MAX_TEXT_LENGTH, 'InvalidCronExpression')
  const cron = parseCron(text, 'strict')
  checkCronGap(cron, MIN_CRON_GAP_SEC)
  return cron
}
