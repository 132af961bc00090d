import {quote} from '../core/quote.ts'
import {isRestricted, nextWallTime} from './cron/calendar.ts'
import {cronParts} from './cron/parse-cron.ts'
import {ScheduleError} from './error.ts'
import {checkCronGap, checkRate, MIN_CRON_GAP_SEC} from './limits.ts'
import {nextRun} from './next.ts'
import type {AtSchedule, CronFieldName, CronSchedule, Schedule} from './schedule.ts'
import type {Token} from './text.ts'
import {placeOf} from './text.ts'

export interface ValidationContext {
  readonly nowMs: number
  readonly timeoutSec: number
  /** The instance's own zone, where known. */
  readonly zone?: string | undefined
}

/** Where a day ends last. With the instance's zone unknown, a cron expression gets the benefit of the doubt. */
const LATEST_ZONE = 'GMT-12:00'

/**
 * What an API call checks beyond syntax: it runs at all, not only in the past; runs are far enough apart for the service and for the timeout
 * (cron: at least the timeout; rate: longer than it). Throws `ScheduleError` naming the part. Takes a few milliseconds at most.
 */
export function validateSchedule(schedule: Schedule, context: ValidationContext): void {
  if (schedule.kind === 'at') checkFuture(schedule, context.nowMs)
  else if (schedule.kind === 'rate') checkRate(schedule, context.timeoutSec)
  else checkCron(schedule, context)
}

function checkCron(cron: CronSchedule, context: ValidationContext): void {
  checkRuns(cron, context)
  checkCronGap(cron, MIN_CRON_GAP_SEC)
  checkCronGap(cron, context.timeoutSec, ', the timeout of the task')
}

function checkFuture(at: AtSchedule, nowMs: number): void {
  if (at.atMs > nowMs) return
  const position = at.text.indexOf('(') + 1
  const token = {text: at.text.slice(position).replace(/\)\s*$/, ''), position}
  const message = `at must be a time to come (${at.zone === 'UTC' ? 'in UTC' : at.zone}); given: ${quote(token.text)} at position ${position + 1}; now it is ${isoTime(nowMs)}`
  throw new ScheduleError('AtExpressionExpired', message, placeOf(token))
}

/** A date and time for people, without milliseconds. An instant outside the calendar is shown as a number. */
function isoTime(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? `${new Date(ms).toISOString().slice(0, 19)}Z` : `${ms}`
}

function checkRuns(cron: CronSchedule, {nowMs, zone}: ValidationContext): void {
  if (nextRun(cron, {afterMs: nowMs, originMs: nowMs, zone: zone ?? LATEST_ZONE}) !== undefined) return
  const runsEver = nextWallTime(cron, 0) !== undefined
  throw runsEver ? expired(cron, nowMs) : never(cron)
}

function expired(cron: CronSchedule, nowMs: number): ScheduleError {
  const year = partOf(cron, 'year')
  const message = `cron field 7 (year) must leave a run to come; given: ${quote(year.text)} at position ${year.position + 1}; now it is ${isoTime(nowMs)}`
  return new ScheduleError('CronExpressionExpired', message, placeOf(year))
}

/** `31 2` and the like: the days asked for do not exist in the months (and years) asked for. */
function never(cron: CronSchedule): ScheduleError {
  const byDate = isRestricted(cron.terms.dayOfMonth)
  const day = partOf(cron, byDate ? 'dayOfMonth' : 'dayOfWeek')
  const which = byDate ? 'cron field 4 (day of month)' : 'cron field 6 (day of week)'
  const year = cronParts(cron.text).fields.get('year')
  const when = `month ${quote(partOf(cron, 'month').text)}${year ? ` and year ${quote(year.text)}` : ''}`
  const message = `${which} must be a day that comes in ${when}; given: ${quote(day.text)} at position ${day.position + 1}; as it stands it never runs`
  return new ScheduleError('CronExpressionExpired', message, placeOf(day))
}

/** The whole expression stands in for a part that is not written: six parts say nothing about years. */
function partOf(cron: CronSchedule, name: CronFieldName): Token {
  return cronParts(cron.text).fields.get(name) ?? {text: cron.text, position: 0}
}
