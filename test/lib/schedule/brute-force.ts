/**
 * A matcher that shares nothing with the code under test: reads the expression anew for every value and asks second by second.
 * Understands digits only (no names) and days of week 1-7.
 */
export function matchesWallClock(expression: string, wallMs: number): boolean {
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = '', year = '*'] = expression.split(' ')
  const date = new Date(wallMs)
  return (
    has(second, date.getUTCSeconds(), 0, 59) &&
    has(minute, date.getUTCMinutes(), 0, 59) &&
    has(hour, date.getUTCHours(), 0, 23) &&
    has(month, date.getUTCMonth() + 1, 1, 12) &&
    has(year, date.getUTCFullYear(), 1970, 2099) &&
    hasDay(day, weekday, date)
  )
}

/** Whether the day alone matches: lets a scan skip whole days. */
export function matchesDay(expression: string, wallMs: number): boolean {
  return matchesWallClock(`* * * ${expression.split(' ').slice(3).join(' ')}`, wallMs)
}

function hasDay(day: string, weekday: string, date: Date): boolean {
  const anyDay = day === '*' || day === '?'
  const anyWeekday = weekday === '*' || weekday === '?'
  if (anyDay && anyWeekday) return true
  const byDay = !anyDay && day.split(',').some((term) => isDate(term, date))
  const byWeekday = !anyWeekday && weekday.split(',').some((term) => isWeekday(term, date))
  return byDay || byWeekday
}

function isDate(term: string, date: Date): boolean {
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  if (term === 'L') return date.getUTCDate() === last
  if (term === 'LW') return date.getUTCDate() === workingDay(date, last)
  if (term.endsWith('W'))
    return Number.parseInt(term, 10) <= last && date.getUTCDate() === workingDay(date, Number.parseInt(term, 10))
  return has(term, date.getUTCDate(), 1, 31)
}

/** The closest day of the month that is no Saturday or Sunday. */
function workingDay(date: Date, wanted: number): number | undefined {
  return [0, -1, 1, -2, 2]
    .map((distance) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted + distance)))
    .filter((candidate) => candidate.getUTCMonth() === date.getUTCMonth() && candidate.getUTCDay() % 6 !== 0)
    .map((candidate) => candidate.getUTCDate())[0]
}

function isWeekday(term: string, date: Date): boolean {
  const weekday = date.getUTCDay() || 7
  const inAWeek = new Date(date.getTime() + 7 * 86_400_000)
  if (term.endsWith('L')) return weekday === Number.parseInt(term, 10) && inAWeek.getUTCMonth() !== date.getUTCMonth()
  const [wanted = '', ordinal] = term.split('#')
  if (ordinal) return weekday === Number(wanted) && Math.floor((date.getUTCDate() - 1) / 7) + 1 === Number(ordinal)
  return has(term, weekday, 1, 7)
}

function has(field: string, value: number, min: number, max: number): boolean {
  return field.split(',').some((term) => {
    const [base = '', step = '1'] = term.split('/')
    const [low = '', high] = base === '*' ? [String(min), String(max)] : base.split('-')
    const from = Number(low)
    const to = high !== undefined ? Number(high) : term.includes('/') ? max : from
    return value >= from && value <= to && (value - from) % Number(step) === 0
  })
}
