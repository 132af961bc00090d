import {AssistError} from '../../core/errors.ts'

export interface ScheduleDeps {
  nowMs: number
  /** Looks up the zone of this machine, for expressions that leave it to the instance; that takes 20 ms. */
  zone(): string
}

export interface CheckedSchedule {
  frequency: string
  /** UTC ISO 8601. */
  nextRuns: string[]
  /** The zone the next runs assume because the expression names none: that of the instance decides. Undefined when it is certain. */
  assumedZone: string | undefined
}

/** Checks `--frequency` before anything is sent. @throws AssistError (usage) that points at the mistake */
export async function checkSchedule(
  deps: ScheduleDeps,
  frequency: string,
  timeoutSec: number,
  count = 3,
): Promise<CheckedSchedule> {
  const [{parseSchedule}, {validateSchedule}, {nextRuns}, {pointAt, ScheduleError}] = await Promise.all([
    import('../../schedule/parse.ts'),
    import('../../schedule/validate.ts'),
    import('../../schedule/next.ts'),
    import('../../schedule/error.ts'),
  ])
  const zone = deps.zone()
  try {
    const schedule = parseSchedule(frequency)
    validateSchedule(schedule, {nowMs: deps.nowMs, timeoutSec})
    const runs = nextRuns(schedule, {afterMs: deps.nowMs, originMs: deps.nowMs, zone}, count)
    return {
      frequency,
      nextRuns: runs.map(isoSeconds),
      assumedZone: schedule.kind === 'cron' && schedule.zone === undefined ? zone : undefined,
    }
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error
    throw new AssistError('usage', `--frequency: ${error.message}`, {
      hint: pointAt(error, frequency).replaceAll('\n', '\n  '),
      cause: error,
    })
  }
}

export function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
