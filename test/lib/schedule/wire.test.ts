import {describe, expect, it} from 'vitest'
import {nextRun} from '../../../src/lib/schedule/next.ts'
import {parseSchedule} from '../../../src/lib/schedule/parse.ts'
import {encodeWireSchedule, parseWireSchedule} from '../../../src/lib/schedule/wire.ts'
import {scheduleErrorOf, utc} from './support.ts'

// Source: agent-protocol.md 6.1-6.3.
describe('parseWireSchedule', () => {
  it.each([
    {text: 'rate(1s)', everyMs: 1000},
    {text: 'rate(2s)', everyMs: 2000},
    {text: 'RATE (90 M)', everyMs: 5_400_000},
    {text: 'rate(1000d)', everyMs: 86_400_000_000},
    {text: 'rate(24000h)', everyMs: 86_400_000_000},
  ])('reads $text', ({text, everyMs}) => {
    expect(parseWireSchedule('Rate', text)).toEqual({kind: 'rate', text, everyMs})
  })

  it.each([
    {text: 'at(2022-06-06T13:15:30)'},
    {text: '2022-06-06T13:15:30'},
    {text: 'AT(2022-06-06T13:15:30)'},
    {text: '2022-06-06T13:15:30Z'},
  ])('reads $text as UTC, and as text that parses again', ({text}) => {
    const schedule = parseWireSchedule('At', text)
    expect(schedule).toEqual({
      kind: 'at',
      text: 'at(2022-06-06 13:15:30)',
      atMs: Date.UTC(2022, 5, 6, 13, 15, 30),
      zone: 'UTC',
    })
    expect(parseSchedule(schedule.text)).toEqual(schedule)
  })

  it.each([
    {name: 'runs a second apart', text: '* * * * * *'},
    {name: '? in every field', text: '0 ? ? ? ? ? ?'},
    {name: 'empty list entries', text: '0 1,,2, 0 * * ?'},
    {name: 'GMT', text: '0 0 8 * * ? GMT'},
    {name: 'offsets to -14:59', text: '0 0 8 * * ? GMT-14:59'},
    {name: 'what a person could not write for its length', text: `${'0,'.repeat(200)}0 0 8 * * ?`},
  ])('reads cron with $name', ({text}) => {
    expect(parseWireSchedule('Period', text)).toMatchObject({kind: 'cron', text})
  })

  it.each([
    {repeat: 'Period', text: '@daily', reason: 'InvalidCronExpression'},
    {repeat: 'Period', text: '0 , 0 * * ?', reason: 'InvalidCronExpression'},
    {repeat: 'Period', text: '0 0 8 * * ? EST', reason: 'TimezoneInformationCorrupt'},
    {repeat: 'Period', text: '0 0 8 * * ? GMT+08:00', reason: 'InvalidGMTOffsetHourForTimezone'},
    {repeat: 'Period', text: '0 '.repeat(600), reason: 'InvalidCronExpression'},
    {repeat: 'Rate', text: 'rate(0s)', reason: 'InvalidRateExpression'},
    {repeat: 'Rate', text: 'rate(1001d)', reason: 'RateFrequencyTooLarge'},
    {repeat: 'Rate', text: 'rate(5w)', reason: 'InvalidRateExpression'},
    {repeat: 'Rate', text: '5m', reason: 'InvalidRateExpression'},
    {repeat: 'At', text: 'at()', reason: 'InvalidAtExpression'},
    {repeat: 'At', text: 'at', reason: 'InvalidAtExpression'},
    {repeat: 'At', text: '', reason: 'InvalidAtExpression'},
    {repeat: 'At', text: 'at(2022-06-06 13:15:30)', reason: 'InvalidAtExpression'},
    {repeat: 'At', text: 'at(2022-02-30T13:15:30)', reason: 'InvalidAtExpression'},
    {repeat: 'At', text: '2022-06-06T25:15:30', reason: 'InvalidAtExpression'},
  ] as const)('refuses $repeat "$text"', ({repeat, text, reason}) => {
    expect(scheduleErrorOf(() => parseWireSchedule(repeat, text)).reason).toBe(reason)
  })
})

describe('encodeWireSchedule', () => {
  it.each([
    {text: '0 0 8 ? * MON-FRI Asia/Shanghai', wire: {repeat: 'Period', text: '0 0 8 ? * 1,2,3,4,5 Asia/Shanghai'}},
    {text: 'rate(5m)', wire: {repeat: 'Rate', text: 'rate(5m)'}},
    {text: 'at(2022-06-06 13:15:30 Asia/Shanghai)', wire: {repeat: 'At', text: 'at(2022-06-06T05:15:30)'}},
    {text: 'at(2022-01-01 03:00:00 GMT+8:00)', wire: {repeat: 'At', text: 'at(2021-12-31T19:00:00)'}},
  ])('sends $text so that official agents read it', ({text, wire}) => {
    expect(encodeWireSchedule(parseSchedule(text))).toEqual(wire)
  })

  // Each of these runs on other days, or not at all, where the official agent 2.2.3.578 reads it as written.
  it.each([
    {days: '1-7', list: '0,1,2,3,4,5,6'},
    {days: 'MON-SUN', list: '0,1,2,3,4,5,6'},
    {days: '6-7', list: '0,6'},
    {days: 'SAT-SUN', list: '0,6'},
    {days: '*/2', list: '0,1,3,5'},
    {days: '*/7', list: '1'},
    {days: '7', list: '0'},
    {days: 'SUNL', list: '0L'},
    {days: '5L,mon', list: '1,5L'},
    {days: '7#2', list: '0#2'},
    {days: '*', list: '*'},
    {days: '?', list: '?'},
  ])('sends the days of week $days as $list, and runs on the same days', ({days, list}) => {
    const written = parseSchedule(`0 30 8 15 * ${days} 2030 Asia/Shanghai`)
    const wire = encodeWireSchedule(written)
    expect(wire.text).toBe(`0 30 8 15 * ${list} 2030 Asia/Shanghai`)
    const read = parseWireSchedule(wire.repeat, wire.text)
    let afterMs = Date.UTC(2030, 0, 1)
    for (let i = 0; i < 40; i += 1) {
      const run = nextRun(written, {afterMs, originMs: 0, zone: 'UTC'})
      expect(nextRun(read, {afterMs, originMs: 0, zone: 'UTC'})).toBe(run)
      afterMs = run ?? 0
    }
  })

  it('keeps the moment of an at() whatever the zone of the instance', () => {
    const wire = encodeWireSchedule(parseSchedule('at(2030-06-06 13:15:30 America/New_York)'))
    const run = nextRun(parseWireSchedule(wire.repeat, wire.text), {afterMs: 0, originMs: 0, zone: 'Asia/Tokyo'})
    expect(utc(run ?? 0)).toBe('2030-06-06T17:15:30Z')
  })
})
