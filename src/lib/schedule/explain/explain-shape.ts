import {isRestricted} from '../cron/calendar.ts'
import type {CronSchedule, PlainTerm, Term} from '../schedule.ts'

/** How a language says a schedule. */
export interface Phrases {
  rate(everyMs: number): string
  at(date: string, time: string, zone: string): string
  cron(shape: CronShape, zone: string | undefined): string
}

/** A cron expression sorted by how people would say it. Undefined parts are not restricted and go without saying. */
export interface CronShape {
  readonly time: FixedTimes | HourlyTimes | RepeatedTimes
  readonly days: readonly Term[] | undefined
  readonly weekdays: readonly Term[] | undefined
  readonly months: readonly PlainTerm[] | undefined
  readonly years: readonly PlainTerm[] | undefined
}

/** A few times of day, such as `08:00:00`. */
export interface FixedTimes {
  readonly kind: 'fixed'
  readonly times: readonly string[]
}

/** The same moment of many hours. */
export interface HourlyTimes {
  readonly kind: 'hourly'
  readonly hours: readonly PlainTerm[]
  readonly minute: number
  readonly second: number
}

/** Too many times to list, so told field by field. */
export interface RepeatedTimes {
  readonly kind: 'repeated'
  /** Undefined for second 0 alone, which goes without saying. */
  readonly seconds: readonly PlainTerm[] | undefined
  readonly minutes: readonly PlainTerm[]
  /** Undefined for every hour. */
  readonly hours: readonly PlainTerm[] | undefined
}

/** `a-b/n`, or one without an end of its own. */
export type StepTerm = PlainTerm & {kind: 'step'}

const MOST_LISTED_TIMES = 6

/** Sorts a parsed cron expression for saying it. */
export function shapeOf(cron: CronSchedule): CronShape {
  const {terms} = cron
  return {
    time: timeOf(cron),
    days: isRestricted(terms.dayOfMonth) ? terms.dayOfMonth : undefined,
    weekdays: isRestricted(terms.dayOfWeek) ? terms.dayOfWeek : undefined,
    months: restricted(terms.month),
    years: restricted(terms.year),
  }
}

function timeOf({terms, values}: CronSchedule): CronShape['time'] {
  const [seconds, minutes, hours] = [
    evenly(plain(terms.second), 60),
    evenly(plain(terms.minute), 60),
    evenly(plain(terms.hour), 24),
  ]
  const count = values.second.length * values.minute.length * values.hour.length
  if ([seconds, minutes, hours].every(isValues) && count <= MOST_LISTED_TIMES) {
    const times = values.hour.flatMap((hour) =>
      values.minute.flatMap((minute) => values.second.map((second) => clockTime(hour, minute, second))),
    )
    return {kind: 'fixed', times}
  }
  const [second, minute] = [onlyValue(seconds), onlyValue(minutes)]
  if (second !== undefined && minute !== undefined) return {kind: 'hourly', hours, minute, second}
  return {
    kind: 'repeated',
    seconds: second === 0 ? undefined : seconds,
    minutes,
    hours: isRestricted(hours) ? hours : undefined,
  }
}

function restricted(terms: readonly Term[]): readonly PlainTerm[] | undefined {
  return isRestricted(terms) ? plain(terms) : undefined
}

/** Only the two day fields can hold anything else. */
function plain(terms: readonly Term[]): readonly PlainTerm[] {
  return terms.filter(
    (term) => term.kind === 'all' || term.kind === 'value' || term.kind === 'range' || term.kind === 'step',
  )
}

/** Single values only, nothing that repeats. */
export function isValues(terms: readonly Term[]): boolean {
  return terms.every((term) => term.kind === 'value')
}

/** `0/25` is not "every 25 seconds": it starts anew each minute. Steps that do not come out even are spelled out. */
function evenly(terms: readonly PlainTerm[], size: number): readonly PlainTerm[] {
  return terms.flatMap((term) =>
    term.kind === 'step' && term.open && term.from < term.step && size % term.step !== 0
      ? spellOutSteps([term])
      : [term],
  )
}

function onlyValue(terms: readonly PlainTerm[]): number | undefined {
  const [term] = terms
  return terms.length === 1 && term?.kind === 'value' ? term.value : undefined
}

/** What a step comes to, as single values, so that a language can list them. */
export function spellOutSteps(terms: readonly PlainTerm[]): PlainTerm[] {
  return terms.flatMap((term): PlainTerm[] =>
    term.kind === 'step' ? stepValues(term).map((value) => ({kind: 'value', value})) : [term],
  )
}

export function stepValues({from, to, step}: StepTerm): number[] {
  return Array.from({length: Math.floor((to - from) / step) + 1}, (_, index) => from + index * step)
}

/** `09:30`, `09:30:15` */
export function clockTime(...numbers: readonly number[]): string {
  return numbers.map((number) => String(number).padStart(2, '0')).join(':')
}

const UNIT_MS = {day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1000} as const
export type DurationUnit = keyof typeof UNIT_MS

/** In the largest unit that comes out whole. */
export function wholeUnits(ms: number): {count: number; unit: DurationUnit} {
  for (const unit of ['day', 'hour', 'minute'] as const)
    if (ms % UNIT_MS[unit] === 0) return {count: ms / UNIT_MS[unit], unit}
  return {count: ms / UNIT_MS.second, unit: 'second'}
}
