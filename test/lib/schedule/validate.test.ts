import {describe, expect, it} from 'vitest'
import {nextRun} from '../../../src/lib/schedule/next.ts'
import {parseSchedule} from '../../../src/lib/schedule/parse.ts'
import {validateSchedule} from '../../../src/lib/schedule/validate.ts'
import {parseWireSchedule} from '../../../src/lib/schedule/wire.ts'
import {parseCronText, scheduleErrorOf} from './support.ts'

const NOW_MS = Date.UTC(2026, 6, 1, 12)

function check(text: string, timeoutSec = 60, zone?: string): void {
  validateSchedule(parseSchedule(text), {nowMs: NOW_MS, timeoutSec, zone})
}

describe('validateSchedule', () => {
  it.each([
    {name: 'a cron gap as long as the timeout', text: '0 */10 * * * ?', timeoutSec: 600},
    {name: 'a daily run with the longest timeout', text: '0 0 0 * * ?', timeoutSec: 86_400},
    {name: 'a single run with any timeout', text: '0 0 0 1 1 ? 2030', timeoutSec: 86_400},
    {name: 'a rate longer than the timeout', text: 'rate(601s)', timeoutSec: 600},
    {name: '29 February, in leap years', text: '0 0 0 29 2 ?', timeoutSec: 60},
    {name: 'the fifth Friday', text: '0 0 0 ? * 5#5', timeoutSec: 60},
    {name: 'a moment to come', text: 'at(2026-07-01 12:00:01)', timeoutSec: 60},
    {
      name: 'a moment that only its zone brings into the future',
      text: 'at(2026-07-01 08:00:01 America/New_York)',
      timeoutSec: 60,
    },
    {name: 'the last day of a year list', text: '0 0 0 31 12 ? 2022,2026', timeoutSec: 60},
    {name: '31 February beside Mondays, because either day is enough', text: '0 0 0 31 2 1', timeoutSec: 60},
  ])('accepts $name', ({text, timeoutSec}) => {
    expect(() => check(text, timeoutSec)).not.toThrow()
  })

  it.each([
    {
      name: 'a cron gap shorter than the timeout',
      text: '0 */10 * * * ?',
      timeoutSec: 601,
      reason: 'CronIntervalTooSmall',
      position: 2,
      says: 'at least 601 s apart, the timeout of the task; given: "*/10" at position 3, 600 s apart',
    },
    {
      name: 'a daily pair closer than the timeout',
      text: '0 0 8,10 * * ?',
      timeoutSec: 7201,
      reason: 'CronIntervalTooSmall',
      position: 4,
      says: '7200 s apart',
    },
    {
      name: 'runs within the day where only midnight is closer, on days apart',
      text: '0,50 0,59 0,23 1,15 * ?',
      timeoutSec: 51,
      reason: 'CronIntervalTooSmall',
      position: 0,
      says: '50 s apart',
    },
    {
      name: 'days closer than the timeout',
      text: '0 0 8 ? * 1,2',
      timeoutSec: 86_401,
      reason: 'CronIntervalTooSmall',
      position: 0,
      says: '86400 s apart',
    },
    {
      name: 'a rate as long as the timeout',
      text: 'rate(10m)',
      timeoutSec: 600,
      reason: 'RateFrequencyTooSmall',
      position: 5,
      says: 'longer than the timeout of 600 s; given: "10m" at position 6',
    },
    {
      name: 'years that are over',
      text: '0 15 10 ? * * 2022 Asia/Shanghai',
      timeoutSec: 60,
      reason: 'CronExpressionExpired',
      position: 14,
      says: 'cron field 7 (year) must leave a run to come; given: "2022" at position 15; now it is 2026-07-01T12:00:00Z',
    },
    {
      name: 'the part of this year that is over',
      text: '0 0 12 1 7 ? 2026 UTC',
      timeoutSec: 60,
      reason: 'CronExpressionExpired',
      position: 13,
      says: 'cron field 7 (year)',
    },
    {
      name: 'a moment that is over',
      text: 'at(2026-07-01 12:00:00)',
      timeoutSec: 60,
      reason: 'AtExpressionExpired',
      position: 3,
      says: 'at must be a time to come (in UTC); given: "2026-07-01 12:00:00" at position 4',
    },
    {
      name: 'a day its month never has',
      text: '0 0 0 31 2 ?',
      timeoutSec: 60,
      reason: 'CronExpressionExpired',
      position: 6,
      says: 'cron field 4 (day of month) must be a day that comes in month "2"; given: "31" at position 7',
    },
    {
      name: 'days their months never have',
      text: '0 0 0 31 4,6,9,11 ?',
      timeoutSec: 60,
      reason: 'CronExpressionExpired',
      position: 6,
      says: 'never runs',
    },
    {
      name: '29 February in years without one',
      text: '0 0 0 29 2 ? 2027-2031/4',
      timeoutSec: 60,
      reason: 'CronExpressionExpired',
      position: 6,
      says: 'in month "2" and year "2027-2031/4"',
    },
    {
      name: '30W in February',
      text: '0 0 0 30W 2 ?',
      timeoutSec: 60,
      reason: 'CronExpressionExpired',
      position: 6,
      says: 'field 4 (day of month)',
    },
    {
      name: 'a fifth weekday its month does not have',
      text: '0 0 0 ? 2 1#5 2027',
      timeoutSec: 60,
      reason: 'CronExpressionExpired',
      position: 10,
      says: 'field 6 (day of week)',
    },
  ])('refuses $name', ({text, timeoutSec, reason, position, says}) => {
    const error = scheduleErrorOf(() => check(text, timeoutSec))
    expect({reason: error.reason, position: error.position}).toEqual({reason, position})
    expect(error.message).toContain(says)
  })

  it.each([
    {name: 'a rate below 60 s', repeat: 'Rate', text: 'rate(59s)', reason: 'RateFrequencyTooSmall'},
    {name: 'a rate above 7 days', repeat: 'Rate', text: 'rate(8d)', reason: 'RateFrequencyTooLarge'},
    {name: 'a cron gap below 10 s', repeat: 'Period', text: '*/9 * * * * *', reason: 'CronIntervalTooSmall'},
  ] as const)('refuses $name, which the wire lets pass', ({repeat, text, reason}) => {
    const schedule = parseWireSchedule(repeat, text)
    expect(scheduleErrorOf(() => validateSchedule(schedule, {nowMs: NOW_MS, timeoutSec: 1})).reason).toBe(reason)
  })

  it('gives the benefit of the doubt while the zone of the instance is unknown', () => {
    const text = '30 0 20 30 6 ? 2026' // over in Shanghai and in UTC, to come on Baker Island only until 08:00:30Z the next day
    const nowMs = Date.UTC(2026, 6, 1, 8)
    expect(() => validateSchedule(parseSchedule(text), {nowMs, timeoutSec: 60})).not.toThrow()
    expect(
      scheduleErrorOf(() => validateSchedule(parseSchedule(text), {nowMs, timeoutSec: 60, zone: 'Asia/Shanghai'}))
        .reason,
    ).toBe('CronExpressionExpired')
  })

  it.each([
    '0 0 0 31 2 ?',
    '0 0 0 30W 2 ? 1970-2099',
    '0 0 0 ? 2 1#5 2027',
    '* * * 31 4,6,9,11 ?',
    '0 0 0 29 2 ? 2099',
    '0 0 0 29 2 7#5 1971/4',
  ])('says that %s never runs without looking for long', (text) => {
    const cron = parseWireSchedule('Period', text)
    const startMs = performance.now()
    for (let round = 0; round < 20; round++) {
      scheduleErrorOf(() => validateSchedule(cron, {nowMs: NOW_MS, timeoutSec: 60, zone: 'America/New_York'}))
    }
    expect((performance.now() - startMs) / 20).toBeLessThan(200) // a few ms; generous for a busy machine
  })

  it.each(['0 0 0 29 2 ? 2096', '0 0 0 ? 2 1#5', '0 30 2/23 8-14 3 ? 2026-2099', '0 0 12 31 12 ? 2030,2099'])(
    'finds the next run of sparse %s quickly',
    (text) => {
      const cron = parseCronText(text)
      const startMs = performance.now()
      for (let round = 0; round < 20; round++) nextRun(cron, {afterMs: NOW_MS, originMs: 0, zone: 'America/New_York'})
      expect((performance.now() - startMs) / 20).toBeLessThan(200)
    },
  )
})
