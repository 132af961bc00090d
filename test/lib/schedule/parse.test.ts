import {describe, expect, it} from 'vitest'
import {parseSchedule} from '../../../src/lib/schedule/parse.ts'
import {scheduleErrorOf} from './support.ts'

// Source: openapi.json, key "frequency", lists "valid" and "invalid" (all of both).
const VALID = [
  'rate(5m)',
  'rate(60s)',
  'rate(7d)',
  'at(2022-06-06 13:15:30)',
  'at(2022-06-06 13:15:30 UTC)',
  'at(2022-06-06 13:15:30 Asia/Shanghai)',
  'at(2022-06-06 13:15:30 GMT-7:00)',
  '0 */20 * * * ?',
  '0 15 10 ? * *',
  '0 15 10 ? * * 2022 Asia/Shanghai',
  '0 0/30 10-11 * * ? 2022 GMT+8:00',
  '0 0/5 14 * 10 ? 2022/2 UTC',
  '0 0 8 ? * MON-FRI Asia/Shanghai',
  '0 0 8 L * ?',
  '0 0 8 LW * ?',
  '0 0 8 15W * ?',
  '0 0 8 ? * 6L',
  '0 0 8 ? * 4#2',
]

const INVALID = [
  {text: '', reason: 'InvalidCronExpression', position: 0},
  {text: 'rate(59s)', reason: 'RateFrequencyTooSmall', position: 5},
  {text: 'rate(8d)', reason: 'RateFrequencyTooLarge', position: 5},
  {text: 'rate(0m)', reason: 'RateFrequencyTooSmall', position: 5},
  {text: 'rate(5w)', reason: 'InvalidRateExpression', position: 6},
  {text: 'rate(5 m', reason: 'InvalidRateExpression', position: 6},
  {text: 'at(2022-06-06T13:15:30Z)', reason: 'InvalidAtExpression', position: 3},
  {text: 'at(2022-06-06 13:15)', reason: 'InvalidAtExpression', position: 14},
  {text: '0 15 10 * *', reason: 'InvalidCronExpression', position: 0},
  {text: '60 0 0 * * ?', reason: 'InvalidCronExpression', position: 0},
  {text: '0 60 0 * * ?', reason: 'InvalidCronExpression', position: 2},
  {text: '0 0 24 * * ?', reason: 'InvalidCronExpression', position: 4},
  {text: '0 0 0 32 * ?', reason: 'InvalidCronExpression', position: 6},
  {text: '0 0 0 1 13 ?', reason: 'InvalidCronExpression', position: 8},
  {text: '0 0 0 ? * 8', reason: 'InvalidCronExpression', position: 10},
  {text: '0 0 0 ? * 4#6', reason: 'InvalidCronExpression', position: 12},
  {text: '0/5 * * * * ?', reason: 'CronIntervalTooSmall', position: 0},
  {text: '0 15 10 ? * * 2022 GMT+08:00', reason: 'InvalidGMTOffsetHourForTimezone', position: 23},
  {text: '0 15 10 ? * * 2022 GMT+15:00', reason: 'InvalidGMTOffsetHourForTimezone', position: 23},
  {text: '0 15 10 ? * * 2022 EST', reason: 'TimezoneInformationCorrupt', position: 19},
]

describe('parseSchedule', () => {
  it.each(VALID)('accepts the documented sample %s and keeps its text', (text) => {
    expect(parseSchedule(text).text).toBe(text)
  })

  it.each(INVALID)('refuses the documented sample "$text" and says where', ({text, reason, position}) => {
    const error = scheduleErrorOf(() => parseSchedule(text))
    expect({reason: error.reason, position: error.position}).toEqual({reason, position})
    expect(error.length).toBeGreaterThan(0)
    expect(error.message).not.toContain('\n')
    expect(error.code).toBe('usage')
  })

  it.each(['0 10 1 * * 6,0', '0 */10 * * * *', '0 30 21 * * *', '0 0,30 18-23 * * *'])('accepts %s', (text) => {
    expect(parseSchedule(text).kind).toBe('cron')
  })

  it('names field, limit, what was given and where it stands', () => {
    const error = scheduleErrorOf(() => parseSchedule('0 60 0 * * ?'))
    expect(error.message).toBe('cron field 2 (minute) must be 0-59; given: "60" at position 3')
  })
})

describe('parseSchedule on rate', () => {
  it.each([
    {text: 'rate(90s)', everyMs: 90_000},
    {text: 'rate(5m)', everyMs: 300_000},
    {text: 'rate(12h)', everyMs: 43_200_000},
    {text: 'rate(7d)', everyMs: 604_800_000},
    {text: ' rate(604800s) ', everyMs: 604_800_000},
  ])('reads $text', ({text, everyMs}) => {
    expect(parseSchedule(text)).toEqual({kind: 'rate', text, everyMs})
  })

  it.each([
    {text: 'rate', position: 4, says: 'must have ( right after rate'},
    {text: 'rate 5m', position: 4, says: 'must have ( right after rate'},
    {text: 'rate()', position: 5, says: 'must be a whole number'},
    {text: 'rate(-5m)', position: 5, says: 'must be a whole number'},
    {text: 'rate(1.5h)', position: 6, says: 'the unit s, m, h or d'},
    {text: 'rate(5)', position: 6, says: 'the unit s, m, h or d'},
    {text: 'rate(5 m)', position: 6, says: 'right after its number'},
    {text: 'rate(5m', position: 7, says: 'closed with )'},
    {text: 'rate(5m) x', position: 8, says: 'end after )'},
    {text: 'RATE(5m)', position: 0, says: 'written as rate(...)'},
    {text: 'rate(604801s)', position: 5, says: 'at most 7 days'},
    {text: `rate(${'9'.repeat(200)}d)`, position: 5, says: 'at most 7 days'},
  ])('refuses $text', ({text, position, says}) => {
    const error = scheduleErrorOf(() => parseSchedule(text))
    expect(error.position).toBe(position)
    expect(error.message).toContain(says)
  })
})

describe('parseSchedule on at', () => {
  it.each([
    {name: 'UTC by default', text: 'at(2022-06-06 13:15:30)', at: '2022-06-06T13:15:30Z', zone: 'UTC'},
    {
      name: 'an IANA zone',
      text: 'at(2022-06-06 13:15:30 Asia/Shanghai)',
      at: '2022-06-06T05:15:30Z',
      zone: 'Asia/Shanghai',
    },
    {name: 'an offset', text: 'at(2022-06-06 13:15:30 GMT-7:00)', at: '2022-06-06T20:15:30Z', zone: 'GMT-7:00'},
    {name: '29 February of a leap year', text: 'at(2024-02-29 00:00:00)', at: '2024-02-29T00:00:00Z', zone: 'UTC'},
    {
      name: 'a time in a DST gap as its end',
      text: 'at(2024-03-10 02:30:00 America/New_York)',
      at: '2024-03-10T07:00:00Z',
      zone: 'America/New_York',
    },
    {
      name: 'a time that comes twice as its first pass',
      text: 'at(2024-11-03 01:30:00 America/New_York)',
      at: '2024-11-03T05:30:00Z',
      zone: 'America/New_York',
    },
  ])('reads $name', ({text, at, zone}) => {
    expect(parseSchedule(text)).toEqual({kind: 'at', text, atMs: Date.parse(at), zone})
  })

  it.each([
    {text: 'at', position: 0},
    {text: 'at 2022-06-06 13:15:30', position: 0},
    {text: 'at(2022-06-06 13:15:30', position: 22},
    {text: 'at(2022-06-06 13:15:30) x', position: 23},
    {text: 'at(2022-02-30 00:00:00)', position: 3},
    {text: 'at(2023-02-29 00:00:00)', position: 3},
    {text: 'at(2022-13-01 00:00:00)', position: 3},
    {text: 'at(2022-6-6 00:00:00)', position: 3},
    {text: 'at(1969-12-31 00:00:00)', position: 3},
    {text: 'at(2022-06-06 24:00:00)', position: 14},
    {text: 'at(2022-06-06 23:60:00)', position: 14},
    {text: 'at(2022-06-06 23:00:60)', position: 14},
    {text: 'at(2022-06-06  13:15:30)', position: 3},
    {text: 'at(2022-06-06 13:15:30 UTC x)', position: 3},
  ])('refuses $text', ({text, position}) => {
    const error = scheduleErrorOf(() => parseSchedule(text))
    expect({reason: error.reason, position: error.position}).toEqual({reason: 'InvalidAtExpression', position})
  })

  it('blames the zone inside at() where it stands', () => {
    const error = scheduleErrorOf(() => parseSchedule('at(2022-06-06 13:15:30 GMT+08:00)'))
    expect({reason: error.reason, position: error.position}).toEqual({
      reason: 'InvalidGMTOffsetHourForTimezone',
      position: 27,
    })
  })
})

describe('parseSchedule on length', () => {
  it.each([
    {name: 'cron', text: `0 ${'1,'.repeat(5000)}1 * * * ?`, reason: 'InvalidCronExpression'},
    {name: 'rate', text: `rate(${'5'.repeat(10_000)}m)`, reason: 'InvalidRateExpression'},
    {name: 'at', text: `at(${' '.repeat(10_000)})`, reason: 'InvalidAtExpression'},
  ])('refuses 10 KB of $name for its length alone', ({text, reason}) => {
    const error = scheduleErrorOf(() => parseSchedule(text))
    expect(error.reason).toBe(reason)
    expect(error.message).toBe(`a schedule must be at most 256 characters; given: ${text.length} characters`)
  })
})
