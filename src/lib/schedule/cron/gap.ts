import type {CronSchedule} from '../schedule.ts'
import {matchingDays} from './calendar.ts'

const DAY_SEC = 86_400

/**
 * The shortest time between two runs on the wall clock, in seconds, exact over all its years; Infinity when it runs at most once.
 * A clock change may shorten a single gap further (01:59:55 and the end of a DST gap at 03:00:00); that is left out, as the limit is about load.
 */
export function shortestGapSec(cron: CronSchedule): number {
  const {second: seconds, minute: minutes, hour: hours} = cron.values
  const firstSecond = seconds[0] ?? 0
  const lastSecond = seconds.at(-1) ?? 0
  const minutesOfDay = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute))
  const withinDay = Math.min(shortestStep(seconds), shortestStep(minutesOfDay) * 60 - lastSecond + firstSecond)
  const first = (minutesOfDay[0] ?? 0) * 60 + firstSecond
  const last = (minutesOfDay.at(-1) ?? 0) * 60 + lastSecond
  // Days are only counted out where it can matter: they are at least one apart.
  return withinDay <= DAY_SEC - last + first
    ? withinDay
    : Math.min(withinDay, shortestDayStep(cron) * DAY_SEC - last + first)
}

function shortestStep(ascending: readonly number[]): number {
  return ascending.reduce(
    (shortest, value, index) => Math.min(shortest, value - (ascending[index - 1] ?? -Infinity)),
    Infinity,
  )
}

function shortestDayStep(cron: CronSchedule): number {
  let shortest = Infinity
  let previous = -Infinity
  for (const day of matchingDays(cron, 0)) {
    shortest = Math.min(shortest, day - previous)
    if (shortest === 1) return 1
    previous = day
  }
  return shortest
}
