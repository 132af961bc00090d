import {END_OF_YEARS_MS, nextWallTime} from './cron/calendar.ts'
import type {CronSchedule, RateSchedule, Schedule, Term} from './schedule.ts'
import type {OffsetChange} from './zone/zone.ts'
import {instantOf, offsetChanges, wallTimeOf} from './zone/zone.ts'

export interface After {
  readonly afterMs: number
  /** When the task was created: rate counts from here. */
  readonly originMs: number
  /** The instance's own zone, for cron expressions that name none. */
  readonly zone: string
}

/**
 * The next run strictly after `afterMs`, or undefined when there is none. Always the same for the same arguments and never decreasing
 * in `afterMs`, so a clock that jumps causes neither a burst nor a second run of the same moment.
 *
 * Cron and clock changes: a wall time that is skipped runs once, at the end of the gap; one that comes twice runs at its first pass.
 * With `*` or `/n` in hour, minute or second it follows elapsed time and runs in both passes; with one of them in the hour it also
 * skips what the clocks skip, as the next hour comes by itself.
 *
 * Throws `ScheduleError` for a zone nobody knows and RangeError for NaN.
 */
export function nextRun(schedule: Schedule, after: After): number | undefined {
  if (Number.isNaN(after.afterMs)) throw new RangeError('afterMs must be a number')
  if (schedule.kind === 'at') return schedule.atMs > after.afterMs ? schedule.atMs : undefined
  if (schedule.kind === 'rate') return nextRateRun(schedule, after)
  return nextCronRun(schedule, schedule.zone ?? after.zone, after.afterMs)
}

/** The next `count` runs, fewer when the schedule ends. */
export function nextRuns(schedule: Schedule, after: After, count: number): number[] {
  const runs: number[] = []
  let afterMs = after.afterMs
  while (runs.length < count) {
    const run = nextRun(schedule, {...after, afterMs})
    if (run === undefined) break
    runs.push(run)
    afterMs = run
  }
  return runs
}

const LAST_DATE_MS = 8.64e15

/** `originMs + k * everyMs` with k >= 1: never at once, and how long a run takes does not shift the next. */
function nextRateRun({everyMs}: RateSchedule, {afterMs, originMs}: After): number | undefined {
  const rounds = Math.max(1, Math.floor((afterMs - originMs) / everyMs) + 1)
  const run = originMs + rounds * everyMs
  return run <= LAST_DATE_MS ? run : undefined
}

const HOUR_MS = 3_600_000
/** Clocks have been changed by at most 24 hours at once (Apia, Kwajalein). */
const FARTHEST_CHANGE_MS = 26 * HOUR_MS
/** Before the first run anyone can ask for: 1970 begins here at the latest. */
const BEGINNING_MS = -48 * HOUR_MS

function nextCronRun(cron: CronSchedule, zone: string, afterMs: number): number | undefined {
  if (afterMs >= END_OF_YEARS_MS + FARTHEST_CHANGE_MS) return undefined
  const from = Math.max(BEGINNING_MS, Math.floor(afterMs)) // runs are at whole seconds, so a fraction changes nothing
  const changes = offsetChanges(zone, from - FARTHEST_CHANGE_MS, from + FARTHEST_CHANGE_MS)
  const first = nextFirstPass(cron, zone, latestWallTime(zone, from, changes))
  if (!followsElapsedTime(cron)) return first
  const second = nextSecondPass(cron, from, changes)
  return second !== undefined && (first === undefined || second < first) ? second : first
}

/** The latest time that clocks have shown until `instantMs`, itself included; they may show an earlier one now. */
function latestWallTime(zone: string, instantMs: number, changes: readonly OffsetChange[]): number {
  const over = changes.filter((change) => change.atMs <= instantMs)
  return Math.max(wallTimeOf(zone, instantMs), ...over.map((change) => change.atMs - 1 + change.beforeMs))
}

/** The next matching wall time that clocks have not shown yet, at the first instant they show it. */
function nextFirstPass(cron: CronSchedule, zone: string, shownMs: number): number | undefined {
  let from = shownMs + 1
  for (;;) {
    const wall = nextWallTime(cron, from)
    if (wall === undefined) return undefined
    const instant = instantOf(zone, wall)
    if (instant.exists || !isTicking(cron.terms.hour)) return instant.ms
    from = wallTimeOf(zone, instant.ms) // the end of the gap, later than `wall`, so this ends with the years
  }
}

/** The next match in a stretch that clocks go through a second time. Only a change nearby can matter: all others have a first pass before. */
function nextSecondPass(cron: CronSchedule, afterMs: number, changes: readonly OffsetChange[]): number | undefined {
  for (const change of changes) {
    const endMs = change.atMs + change.beforeMs - change.afterMs
    const startMs = Math.max(change.atMs, afterMs + 1)
    const wall = startMs < endMs ? nextWallTime(cron, startMs + change.afterMs) : undefined
    if (wall !== undefined && wall - change.afterMs < endMs) return wall - change.afterMs
  }
  return undefined
}

function followsElapsedTime({terms}: CronSchedule): boolean {
  return isTicking(terms.hour) || isTicking(terms.minute) || isTicking(terms.second)
}

/** Written with `*` or `/n`. */
function isTicking(terms: readonly Term[]): boolean {
  return terms.some((term) => term.kind === 'all' || term.kind === 'step')
}
