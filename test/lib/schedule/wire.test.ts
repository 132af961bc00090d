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
    {text: '0 0 8 ? * MON-FRI Asia/Shanghai', wire: {repeat: 'Period', text: '0 0 8 ? * MON-FRI Asia/Shanghai'}},
    {text: 'rate(5m)', wire: {repeat: 'Rate', text: 'rate(5m)'}},
    {text: 'at(2022-06-06 13:15:30 Asia/Shanghai)', wire: {repeat: 'At', text: 'at(2022-06-06T05:15:30)'}},
    {text: 'at(2022-01-01 03:00:00 GMT+8:00)', wire: {repeat: 'At', text: 'at(2021-12-31T19:00:00)'}},
  ])('sends $text so that official agents read it', ({text, wire}) => {
    expect(encodeWireSchedule(parseSchedule(text))).toEqual(wire)
  })

  it('keeps the moment of an at() whatever the zone of the instance', () => {
    const wire = encodeWireSchedule(parseSchedule('at(2030-06-06 13:15:30 America/New_York)'))
    const run = nextRun(parseWireSchedule(wire.repeat, wire.text), {afterMs: 0, originMs: 0, zone: 'Asia/Tokyo'})
    expect(utc(run ?? 0)).toBe('2030-06-06T17:15:30Z')
  })
})
