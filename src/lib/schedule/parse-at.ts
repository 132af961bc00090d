import {quote} from '../core/quote.ts'
import {ScheduleError} from './error.ts'
import type {AtSchedule} from './schedule.ts'
import type {Token} from './text.ts'
import {placeOf} from './text.ts'
import {instantOf, parseZone} from './zone/zone.ts'

const FORM = 'write at(yyyy-MM-dd HH:mm:ss) with an optional time zone, such as at(2030-01-31 08:00:00 Asia/Shanghai)'

/**
 * `at(2022-06-06 13:15:30 Asia/Shanghai)`; without a zone it is UTC. Throws `ScheduleError`, also for a day that does not exist.
 * A time that the zone's clocks skip becomes the end of the gap, a time that comes twice its first pass.
 */
export function parseAt(text: string): AtSchedule {
  const [start] = /^\s*at\(/.exec(text) ?? ['']
  if (!start)
    throw wrong({text: text.trim(), position: text.length - text.trimStart().length}, 'must be written as at(...)')
  const close = text.lastIndexOf(')')
  if (close < start.length) throw wrong({text: '', position: text.trimEnd().length}, 'must be closed with )')
  if (text.slice(close + 1).trim() !== '')
    throw wrong({text: text.slice(close + 1), position: close + 1}, 'must end after )')

  const inner = {text: text.slice(start.length, close), position: start.length}
  const match = /^(\S+) (\S+)(?: (\S+))?$/.exec(inner.text)
  if (!match) throw wrong(inner, 'must hold a date, a time and at most a time zone, with one blank between')
  const [, date = '', time = '', zone] = match
  const dayMs = parseDate({text: date, position: inner.position})
  const timeMs = parseTime({text: time, position: inner.position + date.length + 1})
  const zoneName =
    zone === undefined ? 'UTC' : parseZone(zone, {position: inner.position + inner.text.length - zone.length})
  return {kind: 'at', text, atMs: instantOf(zoneName, dayMs + timeMs).ms, zone: zoneName}
}

/** What agents read: `at(2022-06-06T13:15:30)` or the bare timestamp, always UTC. A closing `Z`, which says the same, is let pass. */
export function parseWireAt(text: string): AtSchedule {
  const [, before = '', date = '', time = ''] = /^(\s*(?:at\()?)([^T()\s]+)T([^Z()\s]+)Z?\)?\s*$/i.exec(text) ?? []
  if (!date) throw wrong({text: text.trim(), position: 0}, 'must be a UTC time such as at(2030-01-31T08:00:00)')
  const dayMs = parseDate({text: date, position: before.length})
  const atMs = dayMs + parseTime({text: time, position: before.length + date.length + 1})
  return {kind: 'at', text: `at(${date} ${time})`, atMs, zone: 'UTC'}
}

function parseDate(token: Token): number {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(token.text) ?? []
  if (!year) throw wrong(token, 'must have a date yyyy-MM-dd followed by a blank')
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  if (Number(year) < 1970 || Number(year) > 2099) throw wrong(token, 'must have a year of 1970-2099')
  if (!exists) throw wrong(token, 'must have a date that exists')
  return date.getTime()
}

function parseTime(token: Token): number {
  const [, hour = '', minute = '', second = ''] = /^(\d{2}):(\d{2}):(\d{2})$/.exec(token.text) ?? []
  if (!hour) throw wrong(token, 'must have a time HH:mm:ss')
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw wrong(token, 'must have a time of 00:00:00-23:59:59')
  return (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000
}

function wrong(token: Token, what: string): ScheduleError {
  const message = `at ${what}; given: ${quote(token.text)} at position ${token.position + 1}; ${FORM}`
  return new ScheduleError('InvalidAtExpression', message, placeOf(token))
}
