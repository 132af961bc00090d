import {parseCron} from './cron/parse-cron.ts'
import {parseWireAt} from './parse-at.ts'
import {parseWireRate} from './parse-rate.ts'
import type {Schedule} from './schedule.ts'
import {checkLength, MAX_WIRE_TEXT_LENGTH} from './text.ts'

/** The `repeat` of a task item that carries a schedule (agent-protocol.md 6). */
export type ScheduleRepeat = 'Period' | 'Rate' | 'At'

/**
 * Reads what a server sends to agents, as leniently as official agents do: rate from 1 second to 1,000 days, cron without a least gap,
 * `?` in every field, at in its UTC form. Throws `ScheduleError`.
 */
export function parseWireSchedule(repeat: ScheduleRepeat, text: string): Schedule {
  switch (repeat) {
    case 'Period':
      checkLength(text, MAX_WIRE_TEXT_LENGTH, 'InvalidCronExpression')
      return parseCron(text, 'lenient')
    case 'Rate':
      checkLength(text, MAX_WIRE_TEXT_LENGTH, 'InvalidRateExpression')
      return parseWireRate(text)
    case 'At':
      checkLength(text, MAX_WIRE_TEXT_LENGTH, 'InvalidAtExpression')
      return parseWireAt(text)
  }
}

/** What to send so that any agent, official ones too, runs it at the same moments: `at` goes out in UTC, whatever the instance's zone. */
export function encodeWireSchedule(schedule: Schedule): {repeat: ScheduleRepeat; text: string} {
  switch (schedule.kind) {
    case 'cron':
      return {repeat: 'Period', text: schedule.text}
    case 'rate':
      return {repeat: 'Rate', text: schedule.text}
    case 'at':
      return {repeat: 'At', text: `at(${new Date(schedule.atMs).toISOString().slice(0, 19)})`}
  }
}
