import type {PlainTerm, Term} from '../schedule.ts'
import type {CronShape, FixedTimes, HourlyTimes, Phrases, RepeatedTimes, StepTerm} from './explain-shape.ts'
import {clockTime, isValues, spellOutSteps, stepValues, wholeUnits} from './explain-shape.ts'

/** English. */
export const EN: Phrases = {
  rate(everyMs) {
    const {count, unit} = wholeUnits(everyMs)
    return `${every(count, unit)}, starting ${count} ${unit}${count === 1 ? '' : 's'} after creation`
  },
  at: (date, time, zone) => `once, on ${date} at ${time}, ${zone}`,
  cron(shape, zone) {
    const parts = shape.time.kind === 'fixed' ? fixedParts(shape, shape.time) : repeatedParts(shape, shape.time)
    const years = shape.years ? [yearPhrase(shape.years)] : []
    return [...parts, ...years, zone ?? "the instance's own time zone"].join(', ')
  },
}

const MONTHS = [
  '',
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth']

/** `every Monday to Friday in May at 08:00:00` */
function fixedParts(shape: CronShape, {times}: FixedTimes): string[] {
  const days = dayPhrase(shape) ?? (shape.months ? `every day in ${monthList(shape.months)}` : 'every day')
  return [`${days} at ${list(times)}`]
}

/** `every 20 minutes, from 10:00 to 11:59, every Monday in May` */
function repeatedParts(shape: CronShape, time: HourlyTimes | RepeatedTimes): string[] {
  const days = dayPhrase(shape) ?? (shape.months && `in ${monthList(shape.months)}`)
  return [...(time.kind === 'hourly' ? [hourlyPhrase(time)] : repeatedPhrases(time)), ...(days ? [days] : [])]
}

function hourlyPhrase({hours, minute, second}: HourlyTimes): string {
  const clock = (hour: number) => (second === 0 ? clockTime(hour, minute) : clockTime(hour, minute, second))
  const isOnTheHour = minute === 0 && second === 0
  return list(
    hours.map((term) => {
      if (term.kind === 'value') return `at ${clock(term.value)}`
      if (term.kind === 'all')
        return isOnTheHour
          ? 'every hour on the hour'
          : `every hour at minute ${minute}${second === 0 ? '' : `, second ${second}`}`
      if (term.kind === 'range') return `every hour from ${clock(term.from)} to ${clock(term.to)}`
      const isPlain = term.open && term.from === 0 && isOnTheHour
      return `${every(term.step, 'hour')}${isPlain ? '' : ` from ${clock(term.from)}`}${term.open ? '' : ` to ${clock(term.to)}`}`
    }),
  )
}

function repeatedPhrases({seconds, minutes, hours}: RepeatedTimes): string[] {
  const window = hours ? [hourWindow(hours)] : []
  if (!seconds) return [unitPhrase(minutes, 'minute'), ...window]
  if (isValues(seconds)) return [`${unitPhrase(minutes, 'minute')} ${unitPhrase(seconds, 'second')}`, ...window]
  const isEveryMinute = minutes.some((term) => term.kind === 'all')
  return [`${unitPhrase(seconds, 'second')}${isEveryMinute ? '' : ` of ${numbers(minutes, 'minute')}`}`, ...window]
}

/** The stretches of the day in which minutes repeat: hours 10-11 are 10:00 to 11:59. */
function hourWindow(hours: readonly PlainTerm[]): string {
  if (hours.some((term) => term.kind === 'step')) return `in ${numbers(hours, 'hour')}`
  return list(
    hours.map((term) =>
      term.kind === 'range'
        ? span(term.from, term.to)
        : term.kind === 'value'
          ? span(term.value, term.value)
          : 'all day',
    ),
  )
}

function span(fromHour: number, toHour: number): string {
  return `from ${clockTime(fromHour, 0)} to ${clockTime(toHour, 59)}`
}

/** `every 20 minutes`, `at minutes 0 and 30`, `every minute from 5 to 10` */
function unitPhrase(terms: readonly PlainTerm[], unit: string): string {
  if (terms.some((term) => term.kind === 'all')) return every(1, unit)
  const values = terms.filter((term) => term.kind === 'value')
  const rest = terms.flatMap((term) => {
    if (term.kind === 'range') return [`${every(1, unit)} from ${unit} ${term.from} to ${term.to}`]
    return term.kind === 'step'
      ? [`${every(term.step, unit)}${term.open && term.from === 0 ? '' : ` from ${unit} ${term.from}`}${end(term)}`]
      : []
  })
  return list([...(values.length > 0 ? [`at ${numbers(values, unit)}`] : []), ...rest])
}

/** `minutes 0, 20 and 40 to 45` */
function numbers(terms: readonly PlainTerm[], unit: string): string {
  const items = spellOutSteps(terms).flatMap((term) => {
    if (term.kind === 'value') return [String(term.value)]
    return term.kind === 'range' ? [`${term.from} to ${term.to}`] : []
  })
  const isOne = items.length === 1 && !items[0]?.includes(' ')
  return `${unit}${isOne ? '' : 's'} ${list(items)}`
}

function every(step: number, unit: string): string {
  return step === 1 ? `every ${unit}` : `every ${step} ${unit}s`
}

function end(term: StepTerm): string {
  return term.open ? '' : ` to ${term.to}`
}

/** Both day fields restricted means either; "and also" says so. */
function dayPhrase({days, weekdays, months}: CronShape): string | undefined {
  const month = months && monthList(months)
  const phrases = [...(days ? [datePhrase(days, month)] : []), ...(weekdays ? [weekdayPhrase(weekdays, month)] : [])]
  return phrases.length > 0 ? phrases.join(' and also ') : undefined
}

function datePhrase(terms: readonly Term[], month: string | undefined): string {
  const dates = list(terms.map(dateTerm))
  return `${dates.startsWith('every') ? '' : 'on '}${dates} of ${month ?? 'the month'}`
}

function dateTerm(term: Term): string {
  if (term.kind === 'value') return `day ${term.value}`
  if (term.kind === 'range') return `days ${term.from} to ${term.to}`
  if (term.kind === 'step') return `${every(term.step, 'day')} from day ${term.from}${end(term)}`
  if (term.kind === 'lastDay') return 'the last day'
  if (term.kind === 'lastWeekday') return 'the last working day (Monday to Friday)'
  return term.kind === 'nearestWeekday' ? `the working day (Monday to Friday) nearest day ${term.day}` : 'every day'
}

function weekdayPhrase(terms: readonly Term[], month: string | undefined): string {
  const of = `of ${month ?? 'the month'}`
  const isPlain = terms.every((term) => term.kind !== 'lastOf' && term.kind !== 'nthOf')
  const days = list(terms.flatMap((term) => weekdayTerm(term, of)))
  const isSingle = isPlain && terms.length === 1 && terms[0]?.kind !== 'step'
  return `${isSingle ? 'every' : 'on'} ${days}${isPlain && month ? ` in ${month}` : ''}`
}

function weekdayTerm(term: Term, of: string): string[] {
  if (term.kind === 'value') return [`${WEEKDAYS[term.value]}`]
  if (term.kind === 'range') return [`${WEEKDAYS[term.from]} to ${WEEKDAYS[term.to]}`]
  if (term.kind === 'step') return stepValues(term).map((day) => `${WEEKDAYS[day]}`)
  if (term.kind === 'lastOf') return [`the last ${WEEKDAYS[term.weekday]} ${of}`]
  return term.kind === 'nthOf' ? [`the ${ORDINALS[term.ordinal]} ${WEEKDAYS[term.weekday]} ${of}`] : []
}

function monthList(terms: readonly PlainTerm[]): string {
  const items = spellOutSteps(terms).map((term) => {
    if (term.kind === 'range') return `${MONTHS[term.from]} to ${MONTHS[term.to]}`
    return term.kind === 'value' ? `${MONTHS[term.value]}` : 'every month'
  })
  return list(items)
}

function yearPhrase(terms: readonly PlainTerm[]): string {
  const items = terms.map((term) => {
    if (term.kind === 'value') return String(term.value)
    if (term.kind === 'range') return `${term.from} to ${term.to}`
    return term.kind === 'step' ? `${every(term.step, 'year')} from ${term.from}${end(term)}` : 'every year'
  })
  return items[0]?.startsWith('every') ? list(items) : `in ${list(items)}`
}

/** `a`, `a and b`, `a, b and c` */
function list(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${last}` : last
}
