/** When something runs: a cron expression, a fixed interval or one moment. Plain data; `text` is what was written and parses again. */
export type Schedule = CronSchedule | RateSchedule | AtSchedule

export interface CronSchedule {
  readonly kind: 'cron'
  readonly text: string
  /** An IANA name, `GMT±H:mm`, `UTC` or `GMT`; undefined = the zone of the instance it runs on. */
  readonly zone: string | undefined
  /** What was written, part by part: for the special days, the daylight-saving rule and the explanation. */
  readonly terms: Readonly<Record<CronFieldName, readonly Term[]>>
  /** What the plain terms of each part come to, ascending and without doubles. Day of week: 1 = Monday to 7 = Sunday. */
  readonly values: Readonly<Record<CronFieldName, readonly number[]>>
}

export interface RateSchedule {
  readonly kind: 'rate'
  readonly text: string
  readonly everyMs: number
}

export interface AtSchedule {
  readonly kind: 'at'
  readonly text: string
  readonly atMs: number
  /** The zone it was written in, for showing it; `atMs` already is an instant. */
  readonly zone: string
}

export type CronFieldName = 'second' | 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek' | 'year'

/** One entry of a comma list. Days of week are 0-7 here, where 0 and 7 are both Sunday, so that `SUN-THU` stays one ascending range. */
export type Term = PlainTerm | SpecialTerm

export type PlainTerm =
  /** `*` or `?` */
  | {readonly kind: 'all'}
  | {readonly kind: 'value'; readonly value: number}
  /** `a-b` */
  | {readonly kind: 'range'; readonly from: number; readonly to: number}
  /** `a-b/n`; open when no end was written (star or `a` before the slash): it ends where the field does. */
  | {readonly kind: 'step'; readonly from: number; readonly to: number; readonly step: number; readonly open: boolean}

export type SpecialTerm =
  /** `L`, the last day of the month */
  | {readonly kind: 'lastDay'}
  /** `LW`, the last Monday-to-Friday day of the month */
  | {readonly kind: 'lastWeekday'}
  /** `15W`, the Monday-to-Friday day nearest the 15th, within the month */
  | {readonly kind: 'nearestWeekday'; readonly day: number}
  /** `6L`, the last Saturday; weekday 1-7 */
  | {readonly kind: 'lastOf'; readonly weekday: number}
  /** `4#2`, the second Thursday; weekday 1-7, ordinal 1-5 */
  | {readonly kind: 'nthOf'; readonly weekday: number; readonly ordinal: number}
