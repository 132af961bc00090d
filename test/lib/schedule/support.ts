import {ScheduleError} from '../../../src/lib/schedule/error.ts'
import {nextRuns} from '../../../src/lib/schedule/next.ts'
import {parseSchedule} from '../../../src/lib/schedule/parse.ts'
import type {CronSchedule} from '../../../src/lib/schedule/schedule.ts'

/** Another seed: `TEST_SEED=7 npx vitest run test/lib/schedule`. It stands in the name of every property test. */
export const SEED = Number(process.env.TEST_SEED ?? 20260101)

/** Whatever `act` throws, as a ScheduleError; anything else fails the test. */
export function scheduleErrorOf(act: () => unknown): ScheduleError {
  try {
    act()
  } catch (error) {
    if (error instanceof ScheduleError) return error
    throw error
  }
  throw new Error('expected a ScheduleError, but nothing was thrown')
}

export function parseCronText(text: string): CronSchedule {
  const schedule = parseSchedule(text)
  if (schedule.kind !== 'cron') throw new Error(`${text} is no cron expression`)
  return schedule
}

/** The next runs as UTC times without milliseconds, `2024-03-10T07:00:00Z`. */
export function runsOf(text: string, from: string, count: number, zone = 'UTC'): string[] {
  const afterMs = Date.parse(from)
  return nextRuns(parseSchedule(text), {afterMs, originMs: afterMs, zone}, count).map(utc)
}

export function utc(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

/** A wall clock read in another way than the code under test does it: gives the milliseconds of the digits it shows. */
export function wallClockOf(zone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', {timeZone: zone, dateStyle: 'short', timeStyle: 'medium'})
  return (instantMs) => Date.parse(`${format.format(instantMs).replace(' ', 'T')}Z`)
}
