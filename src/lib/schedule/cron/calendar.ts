import type {CronSchedule, Term} from '../schedule.ts'

// Everything here is about wall clocks: a wall time is the number of milliseconds that `Date.UTC` gives for its digits, whatever the zone.

const DAY_SEC = 86_400
const DAY_MS = DAY_SEC * 1000

/** No run is looked for beyond: years end at 2099. */
export const END_OF_YEARS_MS = Date.UTC(2100, 0, 1)

/** The first matching wall time at or after `fromMs`, or undefined when there is none up to the end of 2099. At most 1,560 months are looked at. */
export function nextWallTime(cron: CronSchedule, fromMs: number): number | undefined {
  const fromSec = Math.max(0, Math.ceil(fromMs / 1000))
  const fromDay = Math.floor(fromSec / DAY_SEC)
  for (const day of matchingDays(cron, fromDay)) {
    const time = nextTimeOfDay(cron, day === fromDay ? fromSec % DAY_SEC : 0)
    if (time !== undefined) return (day * DAY_SEC + time) * 1000
  }
  return undefined
}

/** Matching days as days since 1970-01-01, from `fromDay` (at least 0) on, ascending, until the last year of the schedule. */
export function* matchingDays(cron: CronSchedule, fromDay: number): Generator<number> {
  const from = new Date(fromDay * DAY_MS)
  const fromMonth = from.getUTCFullYear() * 12 + from.getUTCMonth()
  const days = dayRule(cron)
  for (const year of cron.values.year) {
    for (const month of cron.values.month) {
      if (year * 12 + month - 1 < fromMonth) continue
      const first = Date.UTC(year, month - 1, 1) / DAY_MS
      const monthShape = {firstWeekday: weekdayOf(first), length: Date.UTC(year, month, 1) / DAY_MS - first}
      for (let day = 1; day <= monthShape.length; day++) {
        if (first + day - 1 >= fromDay && days(day, monthShape)) yield first + day - 1
      }
    }
  }
}

/** The first matching second of the day at or after `fromSec`. */
function nextTimeOfDay(cron: CronSchedule, fromSec: number): number | undefined {
  const {hour: hours, minute: minutes, second: seconds} = cron.values
  for (const hour of hours) {
    if ((hour + 1) * 3600 <= fromSec) continue
    for (const minute of minutes) {
      const base = hour * 3600 + minute * 60
      const second = seconds.find((value) => base + value >= fromSec)
      if (second !== undefined) return base + second
    }
  }
  return undefined
}

interface MonthShape {
  /** 1 = Monday to 7 = Sunday */
  readonly firstWeekday: number
  /** In days. */
  readonly length: number
}

type DayRule = (day: number, month: MonthShape) => boolean

/** Both day parts restricted: either one matching is enough, as agents have it. A part with `*` or `?` leaves the choice to the other. */
function dayRule(cron: CronSchedule): DayRule {
  const {terms, values} = cron
  const byDate: DayRule = (day, month) =>
    values.dayOfMonth.includes(day) || terms.dayOfMonth.some((term) => matchesDate(term, day, month))
  const byWeekday: DayRule = (day, month) =>
    values.dayOfWeek.includes(weekdayIn(month, day)) || terms.dayOfWeek.some((term) => matchesWeekday(term, day, month))
  if (!isRestricted(terms.dayOfWeek)) return byDate
  if (!isRestricted(terms.dayOfMonth)) return byWeekday
  return (day, month) => byDate(day, month) || byWeekday(day, month)
}

/** Whether a day part says anything, that is, has no `*` or `?` among its terms. */
export function isRestricted(terms: readonly Term[]): boolean {
  return !terms.some((term) => term.kind === 'all')
}

function matchesDate(term: Term, day: number, month: MonthShape): boolean {
  if (term.kind === 'lastDay') return day === month.length
  if (term.kind === 'lastWeekday') return day === nearestWeekday(month.length, month)
  return term.kind === 'nearestWeekday' && term.day <= month.length && day === nearestWeekday(term.day, month)
}

/** Saturday goes back to Friday and Sunday on to Monday, the other way where that would leave the month. */
function nearestWeekday(day: number, month: MonthShape): number {
  const weekday = weekdayIn(month, day)
  if (weekday === 6) return day > 1 ? day - 1 : day + 2
  if (weekday === 7) return day < month.length ? day + 1 : day - 2
  return day
}

function matchesWeekday(term: Term, day: number, month: MonthShape): boolean {
  if (term.kind === 'lastOf') return term.weekday === weekdayIn(month, day) && day + 7 > month.length
  return term.kind === 'nthOf' && term.weekday === weekdayIn(month, day) && Math.ceil(day / 7) === term.ordinal
}

function weekdayIn(month: MonthShape, day: number): number {
  return ((month.firstWeekday + day - 2) % 7) + 1
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(epochDay: number): number {
  return ((epochDay + 3) % 7) + 1
}
