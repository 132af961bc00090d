import {quote} from '../../core/quote.ts'
import {ScheduleError} from '../error.ts'
import type {SpecialTerm, Term} from '../schedule.ts'
import type {Token} from '../text.ts'
import {placeOf, splitToken} from '../text.ts'
import type {CronField} from './cron-fields.ts'

/** `strict` is what the API documents; `lenient` is what agents accept from a server (`?` everywhere, empty list entries). */
export type Reading = 'strict' | 'lenient'

/** Reads one part of a cron expression, a comma list of terms. Throws `ScheduleError` at the first term that is wrong. */
export function parseTerms(part: Token, field: CronField, reading: Reading): Term[] {
  const entries = splitToken(part, ',')
  const present = reading === 'lenient' ? entries.filter((entry) => entry.text !== '') : entries
  if (present.length === 0) throw wrong(field, part, 'has nothing but commas')
  return present.map((entry) => parseTerm(entry, field, {reading, alone: entries.length === 1}))
}

interface How {
  readonly reading: Reading
  /** Not one of several in a list. */
  readonly alone: boolean
}

function parseTerm(token: Token, field: CronField, how: How): Term {
  if (token.text === '') throw wrong(field, token, 'has an empty list entry', 'remove the extra comma')
  if (token.text === '?') return parseQuestionMark(token, field, how)
  const [base, step, more] = splitToken(token, '/')
  if (!base || more) throw wrong(field, token, 'may have only one /')
  if (step) return parseStep(base, step, field)
  if (base.text === '*') return {kind: 'all'}
  const special = parseSpecial(base, field)
  if (special) return special
  const range = parseRange(base, field)
  return range.to === undefined ? {kind: 'value', value: range.from} : {kind: 'range', from: range.from, to: range.to}
}

function parseQuestionMark(token: Token, field: CronField, how: How): Term {
  const isDay = field.name === 'dayOfMonth' || field.name === 'dayOfWeek'
  if (how.reading === 'lenient') return {kind: 'all'}
  if (!isDay) throw wrong(field, token, 'cannot be ?, only the two day fields can', `write * for every ${field.label}`)
  if (!how.alone) throw wrong(field, token, 'cannot have ? in a list', 'leave ? alone or remove it')
  return {kind: 'all'}
}

function parseStep(base: Token, stepToken: Token, field: CronField): Term {
  const step = /^\d{1,4}$/.test(stepToken.text) && !/^0\d/.test(stepToken.text) ? Number(stepToken.text) : 0
  const isStep = step >= 1 && step <= field.max
  if (!isStep) throw wrong(field, stepToken, `must have a step (the number after /) of 1-${field.max}`)
  if (base.text === '*') return {kind: 'step', from: field.min, to: field.max, step, open: true}
  if (parseSpecial(base, field)) throw wrong(field, base, 'takes a step only after *, a value or a range')
  const range = parseRange(base, field)
  if (range.to !== undefined) return {kind: 'step', from: range.from, to: range.to, step, open: false}
  const from = range.namedSunday ? 0 : range.from
  return {kind: 'step', from, to: field.max, step, open: true}
}

/**
 * `a` or `a-b`. A range must ascend: `FRI-MON` would be read in one way by people and as nothing at all by official agents.
 * Sunday by name opens a range as 0, so `SUN-THU` ascends.
 */
function parseRange(token: Token, field: CronField): {from: number; to: number | undefined; namedSunday: boolean} {
  const [low, high, more] = splitToken(token, '-')
  if (!low || more) throw wrong(field, token, 'may have only one - in a range')
  if (token.text.startsWith('*') || token.text.startsWith('?')) {
    throw wrong(field, token, `must be ${field.allowed}`, `${token.text[0]} stands alone or before /`)
  }
  const from = parseValue(low, field)
  const namedSunday = field.name === 'dayOfWeek' && from === 7 && !/^\d/.test(low.text)
  if (!high) return {from, to: undefined, namedSunday}
  const to = parseValue(high, field)
  const start = namedSunday && to !== 7 ? 0 : from
  if (start > to) throw wrong(field, token, 'must have ranges that ascend', mendReversed(low, high, field))
  return {from: start, to, namedSunday}
}

function mendReversed(low: Token, high: Token, field: CronField): string {
  const [first, last] = field.name === 'dayOfWeek' ? ['1', '7'] : [String(field.min), String(field.max)]
  return `write ${low.text}-${last},${first}-${high.text} to go round the end`
}

function parseValue(token: Token, field: CronField): number {
  const named = field.names.get(token.text.toLowerCase())
  if (named !== undefined) return named
  if (/^0*\d{1,4}$/.test(token.text) && token.text.length > field.digits && Number(token.text) <= field.max) {
    throw wrong(field, token, `must be ${field.allowed}`, 'at most one leading zero is allowed')
  }
  const value = /^\d{1,4}$/.test(token.text) ? Number(token.text) : -1
  const lowest = field.name === 'dayOfWeek' ? 0 : field.min // 0 is read as Sunday too
  if (value < lowest || value > field.max) throw wrong(field, token, `must be ${field.allowed}`)
  return value
}

function parseSpecial(token: Token, field: CronField): SpecialTerm | undefined {
  if (field.name === 'dayOfMonth') return parseSpecialDay(token, field)
  if (field.name === 'dayOfWeek') return parseSpecialWeekday(token, field)
  return undefined
}

function parseSpecialDay(token: Token, field: CronField): SpecialTerm | undefined {
  const upper = token.text.toUpperCase()
  if (upper === 'L') return {kind: 'lastDay'}
  if (upper === 'LW') return {kind: 'lastWeekday'}
  if (upper.length < 2 || !upper.endsWith('W')) return undefined
  return {kind: 'nearestWeekday', day: parseValue(cutEnd(token), field)}
}

function parseSpecialWeekday(token: Token, field: CronField): SpecialTerm | undefined {
  const upper = token.text.toUpperCase()
  if (upper === 'L') {
    throw wrong(field, token, 'cannot be L alone', 'write 7L for the last Sunday of the month, or 7 for every Sunday')
  }
  if (upper.endsWith('L')) return {kind: 'lastOf', weekday: parseValue(cutEnd(token), field) || 7}
  const [day, ordinal, more] = splitToken(token, '#')
  if (!day || !ordinal) return undefined
  if (more || !/^[1-5]$/.test(ordinal.text)) {
    throw wrong(field, ordinal, 'must have 1-5 after #, which week of the month', 'write 4#2 for the second Thursday')
  }
  return {kind: 'nthOf', weekday: parseValue(day, field) || 7, ordinal: Number(ordinal.text)}
}

function cutEnd(token: Token): Token {
  return {text: token.text.slice(0, -1), position: token.position}
}

function wrong(field: CronField, token: Token, what: string, mend?: string): ScheduleError {
  const given = `given: ${quote(token.text)} at position ${token.position + 1}`
  const message = `cron field ${field.number} (${field.label}) ${what}; ${given}${mend ? `; ${mend}` : ''}`
  return new ScheduleError('InvalidCronExpression', message, placeOf(token))
}
