import {AssistError} from '../core/errors.ts'
import {quote} from '../core/quote.ts'
import {COMMAND} from '../protocol/ecs/parameters/command.ts'
import {pointAt, ScheduleError} from '../schedule/error.ts'
import {explainSchedule} from '../schedule/explain/explain.ts'
import {nextRuns} from '../schedule/next.ts'
import {parseSchedule} from '../schedule/parse.ts'
import {validateSchedule} from '../schedule/validate.ts'
import {isZone, wallTimeOf} from '../schedule/zone/zone.ts'
import {isoSeconds} from './run/check-schedule.ts'

export interface CronInput {
  expression: string
  count: number
  /** For expressions that leave the zone to the instance. */
  zone: string
  fromMs: number
  language: 'en' | 'zh'
}

export interface ExplainedSchedule {
  expression: string
  kind: 'cron' | 'rate' | 'at'
  explanation: string
  /** The zone the times are told in. */
  zone: string
  /** Whether the expression says so itself; else each instance goes by its own. */
  zoneGiven: boolean
  nextRuns: Array<{utc: string; local: string}>
}

/** What a schedule means and when it runs next. @throws AssistError (usage) that points at the mistake */
export function explainCron(input: CronInput): ExplainedSchedule {
  if (!isZone(input.zone)) {
    throw new AssistError(
      'usage',
      `--zone must be a time zone such as Asia/Shanghai or UTC; given: ${quote(input.zone)}`,
    )
  }
  try {
    const schedule = parseSchedule(input.expression)
    validateSchedule(schedule, {nowMs: input.fromMs, timeoutSec: COMMAND.timeout.min, zone: input.zone})
    const written = schedule.kind === 'rate' ? undefined : schedule.zone
    const zone = written ?? input.zone
    const runs = nextRuns(schedule, {afterMs: input.fromMs, originMs: input.fromMs, zone: input.zone}, input.count)
    return {
      expression: input.expression,
      kind: schedule.kind,
      explanation: explainSchedule(schedule, input.language),
      zone,
      zoneGiven: written !== undefined,
      nextRuns: runs.map((ms) => ({utc: isoSeconds(ms), local: localTime(ms, zone)})),
    }
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error
    throw new AssistError('usage', error.message, {
      hint: pointAt(error, input.expression).replaceAll('\n', '\n  '),
      cause: error,
    })
  }
}

/** `2030-01-02 03:04:05 +08:00` */
function localTime(ms: number, zone: string): string {
  const wallMs = wallTimeOf(zone, ms)
  const minutes = Math.round((wallMs - ms) / 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
  return `${new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ')} ${offset}`
}

/** `--from`, a moment in ISO form with its offset. */
export function parseMoment(text: string | undefined, nowMs: number): number {
  if (text === undefined) return nowMs
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) {
    throw new AssistError('usage', `--from must be a time such as 2030-01-02T03:04:05Z; given: ${quote(text)}`)
  }
  return ms
}
