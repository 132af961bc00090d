import {cronParts, parseCron} from './cron/parse-cron.ts'
import {parseWireAt} from './parse-at.ts'
import {parseWireRate} from './parse-rate.ts'
import type {CronSchedule, Schedule, Term} from './schedule.ts'
import {MAX_WIRE_TEXT_LENGTH, refuseTooLong} from './text.ts'

/** The `repeat` of a task item that carries a schedule (agent-protocol.md 6). */
export type ScheduleRepeat = 'Period' | 'Rate' | 'At'

/**
 * Reads what a server sends to agents, as leniently as official agents do: rate from 1 second to 1,000 days, cron without a least gap,
 * `?` in every field, at in its UTC form. Throws `ScheduleError`.
 */
export function parseWireSchedule(repeat: ScheduleRepeat, text: string): Schedule {
  switch (repeat) {
    case 'Period':
      refuseTooLong(text, MAX_WIRE_TEXT_LENGTH, 'InvalidCronExpression')
      return parseCron(text, 'lenient')
    case 'Rate':
      refuseTooLong(text, MAX_WIRE_TEXT_LENGTH, 'InvalidRateExpression')
      return parseWireRate(text)
    case 'At':
      refuseTooLong(text, MAX_WIRE_TEXT_LENGTH, 'InvalidAtExpression')
      return parseWireAt(text)
  }
}

/** What to send so that any agent, official ones too, runs it at the same moments: `at` goes out in UTC, whatever the instance's zone. */
export function encodeWireSchedule(schedule: Schedule): {repeat: ScheduleRepeat; text: string} {
  switch (schedule.kind) {
    case 'cron':
      return {repeat: 'Period', text: withNumberedWeekdays(schedule)}
    case 'rate':
      return {repeat: 'Rate', text: schedule.text}
    case 'at':
      return {repeat: 'At', text: `at(${new Date(schedule.atMs).toISOString().slice(0, 19)})`}
  }
}

/**
 * The expression with its days of week as a list of 0 (Sunday) to 6. Official agents end a range with Sunday before it begins
 * (`6-7`, `MON-SUN`), read `0-7` as Sunday alone and count steps from 0; on single numbers everybody agrees.
 */
function withNumberedWeekdays({text, terms, values}: CronSchedule): string {
  const days = cronParts(text).fields.get('dayOfWeek')
  if (days === undefined || terms.dayOfWeek.some(({kind}) => kind === 'all')) return text
  const plain = [...new Set(values.dayOfWeek.map(zeroIsSunday))].sort().map(String)
  const list = [...plain, ...terms.dayOfWeek.flatMap(specialDay)].join(',')
  return `${text.slice(0, days.position)}${list}${text.slice(days.position + days.text.length)}`
}

function specialDay(term: Term): string[] {
  if (term.kind === 'lastOf') return [`${zeroIsSunday(term.weekday)}L`]
  return term.kind === 'nthOf' ? [`${zeroIsSunday(term.weekday)}#${term.ordinal}`] : []
}

function zeroIsSunday(weekday: number): number {
  return weekday % 7
}
