import {CronExpressionParser} from 'cron-parser'
import type {CronFieldName, PlainTerm, Term} from '../schedule.ts'

type Terms = Readonly<Record<CronFieldName, readonly Term[]>>
type Values = Readonly<Record<CronFieldName, readonly number[]>>

/** What the plain terms of every part come to: ascending, no doubles, day of week 1 = Monday to 7 = Sunday. */
export function expandTerms(terms: Terms): Values {
  return {
    second: expandField('second', terms.second),
    minute: expandField('minute', terms.minute),
    hour: expandField('hour', terms.hour),
    dayOfMonth: expandField('dayOfMonth', terms.dayOfMonth),
    month: expandField('month', terms.month),
    dayOfWeek: [...new Set(expandField('dayOfWeek', terms.dayOfWeek).map((day) => day || 7))].sort(ascending),
    year: expandYears(terms.year),
  }
}

/** The fields cron-parser knows, in its order. It has no years. */
const LIBRARY_FIELDS = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const
type LibraryField = (typeof LIBRARY_FIELDS)[number]

/**
 * cron-parser expands ranges, steps and lists, here with 0 for Sunday. It only sees text that we checked and wrote anew,
 * one range at a time because it refuses doubles, and next to 1s because it refuses days that a month does not have.
 */
function expandField(name: LibraryField, terms: readonly Term[]): number[] {
  const values = new Set<number>()
  const ownTerms = name === 'dayOfWeek' ? terms.map(sundayAsZero) : terms
  for (const row of rowsOf(ownTerms)) {
    const expression = LIBRARY_FIELDS.map((field) => (field === name ? row : '1')).join(' ')
    // A current date, because it would read the clock otherwise.
    const {fields} = CronExpressionParser.parse(expression, {currentDate: new Date(0), tz: 'UTC'})
    for (const value of fields[name].values) values.add(Number(value))
  }
  return [...values].sort(ascending)
}

type RangeTerm = Exclude<PlainTerm, {kind: 'value'}>

/** Terms as cron-parser reads them: all single values in one row, every range in a row of its own. */
function rowsOf(terms: readonly Term[]): string[] {
  const singles = new Set(terms.flatMap((term) => (term.kind === 'value' ? [term.value] : [])))
  const ranges = new Set(terms.flatMap((term) => (isRange(term) ? [writeRange(term)] : [])))
  return [...(singles.size > 0 ? [[...singles].join(',')] : []), ...ranges]
}

/** `0,7` would be a double. */
function sundayAsZero(term: Term): Term {
  return term.kind === 'value' ? {kind: 'value', value: term.value % 7} : term
}

function isRange(term: Term): term is RangeTerm {
  return term.kind === 'all' || term.kind === 'range' || term.kind === 'step'
}

function writeRange(term: RangeTerm): string {
  if (term.kind === 'all') return '*'
  return term.kind === 'range' ? `${term.from}-${term.to}` : `${term.from}-${term.to}/${term.step}`
}

const FIRST_YEAR = 1970
const LAST_YEAR = 2099

function expandYears(terms: readonly Term[]): number[] {
  const years = new Set<number>()
  for (const term of terms) {
    if (term.kind === 'value') years.add(term.value)
    if (!isRange(term)) continue
    const {from, to} = term.kind === 'all' ? {from: FIRST_YEAR, to: LAST_YEAR} : term
    for (let year = from; year <= to; year += term.kind === 'step' ? term.step : 1) years.add(year)
  }
  return [...years].sort(ascending)
}

function ascending(a: number, b: number): number {
  return a - b
}
