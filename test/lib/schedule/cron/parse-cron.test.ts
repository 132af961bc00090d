import {describe, expect, it} from 'vitest'
import {parseSchedule} from '../../../../src/lib/schedule/parse.ts'
import {parseCronText, scheduleErrorOf} from '../support.ts'

describe('parseSchedule on cron fields', () => {
  it.each([
    {name: 'a value', text: '0 5 0 * * ?', field: 'minute', values: [5]},
    {name: 'one leading zero', text: '00 05 00 01 01 ?', field: 'minute', values: [5]},
    {name: 'a list in any order with doubles', text: '0 30,5,30 0 * * ?', field: 'minute', values: [5, 30]},
    {name: 'a range', text: '0 0 18-23 * * ?', field: 'hour', values: [18, 19, 20, 21, 22, 23]},
    {name: 'a step from the start', text: '0 */20 * * * ?', field: 'minute', values: [0, 20, 40]},
    {name: 'a step from a value to the end of the field', text: '0 5/25 * * * ?', field: 'minute', values: [5, 30, 55]},
    {name: 'a step within a range', text: '0 10-30/10 * * * ?', field: 'minute', values: [10, 20, 30]},
    {name: 'overlapping ranges', text: '0 0-4,3-6,*/30 * * * ?', field: 'minute', values: [0, 1, 2, 3, 4, 5, 6, 30]},
    {name: 'a step as long as the field', text: '0 */59 * * * ?', field: 'minute', values: [0, 59]},
    {
      name: 'a star among others',
      text: '0 0 *,5 1 1 ?',
      field: 'hour',
      values: Array.from({length: 24}, (_, hour) => hour),
    },
    {name: 'short month names in any case', text: '0 0 0 1 jan,FEB,Mar ?', field: 'month', values: [1, 2, 3]},
    {name: 'long month names', text: '0 0 0 1 September-december/2 ?', field: 'month', values: [9, 11]},
    {name: 'day 31 beside a month without it', text: '0 0 0 31 2 ?', field: 'dayOfMonth', values: [31]},
    {
      name: 'weekdays from Monday 1 to Sunday 7',
      text: '0 0 0 ? * 1-7',
      field: 'dayOfWeek',
      values: [1, 2, 3, 4, 5, 6, 7],
    },
    {name: '0 and 7 as Sunday', text: '0 0 0 ? * 0,7', field: 'dayOfWeek', values: [7]},
    {name: 'a range that opens with Sunday as 0', text: '0 0 0 ? * 0-2', field: 'dayOfWeek', values: [1, 2, 7]},
    {name: 'a range that opens with Sunday by name', text: '0 0 0 ? * SUN-TUE', field: 'dayOfWeek', values: [1, 2, 7]},
    {
      name: 'a range that closes with Sunday by name',
      text: '0 0 0 ? * fri-sunday',
      field: 'dayOfWeek',
      values: [5, 6, 7],
    },
    {name: 'Sunday to Sunday as Sunday', text: '0 0 0 ? * SUN-SUN', field: 'dayOfWeek', values: [7]},
    {name: 'a step of weekdays, from Monday on', text: '0 0 0 ? * */2', field: 'dayOfWeek', values: [1, 3, 5, 7]},
    {name: 'a step that opens with Sunday by name', text: '0 0 0 ? * SUN/3', field: 'dayOfWeek', values: [3, 6, 7]},
    {name: 'no plain days beside special ones', text: '0 0 0 L,LW,15W * ?', field: 'dayOfMonth', values: []},
    {name: 'a year', text: '0 0 0 1 1 ? 2030', field: 'year', values: [2030]},
    {
      name: 'years in a list, a range and a step',
      text: '0 0 0 1 1 ? 1999,2030-2032,2090/5',
      field: 'year',
      values: [1999, 2030, 2031, 2032, 2090, 2095],
    },
  ] as const)('reads $name', ({text, field, values}) => {
    expect(parseCronText(text).values[field]).toEqual(values)
  })

  it.each([
    {text: '0 0 8 LW,l,15w * ?', field: 'dayOfMonth', kinds: ['lastWeekday', 'lastDay', 'nearestWeekday']},
    {text: '0 0 8 ? * 6L,FRIL,4#2,sun#1', field: 'dayOfWeek', kinds: ['lastOf', 'lastOf', 'nthOf', 'nthOf']},
  ] as const)('reads the special days of $text', ({text, field, kinds}) => {
    expect(parseCronText(text).terms[field].map((term) => term.kind)).toEqual(kinds)
  })

  it.each([
    {name: 'six parts: neither year nor zone', text: '0 0 8 * * ?', zone: undefined, years: 130},
    {name: 'seven with a year', text: '0 0 8 * * ? 2030', zone: undefined, years: 1},
    {name: 'seven with a star for the year', text: '0 0 8 * * ? *', zone: undefined, years: 130},
    {name: 'seven with a step of years', text: '0 0 8 * * ? */10', zone: undefined, years: 13},
    {name: 'seven with a zone', text: '0 0 8 * * ? Europe/Berlin', zone: 'Europe/Berlin', years: 130},
    {name: 'eight', text: ' 0  0 8 * *\t? 2030-2031 GMT-12:59 ', zone: 'GMT-12:59', years: 2},
  ])('tells $name', ({text, zone, years}) => {
    const cron = parseCronText(text)
    expect({zone: cron.zone, years: cron.values.year.length}).toEqual({zone, years})
  })

  it.each([
    {text: '@daily', says: 'shorthands such as "@daily" are not known', position: 0},
    {text: '0 15 10 * *', says: 'put the second in front: "0 0 15 10 * *"', position: 0},
    {text: '0 0 0 1 1 ? 2030 UTC x', says: 'given: "0 0 0 1 1 ? 2030 UTC x", 9 parts', position: 21},
    {text: '0 005 0 * * ?', says: 'at most one leading zero', position: 2},
    {text: '0 012 0 * * ?', says: 'at most one leading zero', position: 2},
    {text: '0 -5 0 * * ?', says: 'field 2 (minute) must be 0-59; given: ""', position: 2},
    {text: '0 5- 0 * * ?', says: 'field 2 (minute) must be 0-59; given: ""', position: 4},
    {text: '0 1-2-3 0 * * ?', says: 'only one - in a range', position: 2},
    {text: '0 1,,2 0 * * ?', says: 'empty list entry', position: 4},
    {text: '0 , 0 * * ?', says: 'empty list entry', position: 2},
    {text: '0 */0 * * * ?', says: 'a step (the number after /) of 1-59', position: 4},
    {text: '0 */60 * * * ?', says: 'a step (the number after /) of 1-59', position: 4},
    {text: '0 */ * * * ?', says: 'a step (the number after /) of 1-59', position: 4},
    {text: '0 0 */24 * * ?', says: 'a step (the number after /) of 1-23', position: 6},
    {text: '0 1/2/3 * * * ?', says: 'only one /', position: 2},
    {text: '0 *-5 * * * ?', says: '* stands alone or before /', position: 2},
    {text: '? 0 0 1 1 *', says: 'cannot be ?, only the two day fields can', position: 0},
    {text: '0 0 0 1 1 ? ?', says: 'field 7 (year) cannot be ?', position: 12},
    {text: '0 0 0 ?,1 1 *', says: 'cannot have ? in a list', position: 6},
    {text: '0 0 23-18 * * ?', says: 'ranges that ascend; given: "23-18" at position 5; write 23-23,0-18', position: 4},
    {text: '0 0 8 ? * FRI-MON', says: 'write FRI-7,1-MON', position: 10},
    {text: '0 0 8 ? * L', says: 'write 7L for the last Sunday', position: 10},
    {text: '0 0 8 ? * 8L', says: 'field 6 (day of week) must be 1-7', position: 10},
    {text: '0 0 8 ? * 4#0', says: '1-5 after #', position: 12},
    {text: '0 0 8 ? * 4#', says: '1-5 after #', position: 12},
    {text: '0 0 8 ? * MON#2#3', says: '1-5 after #', position: 14},
    {text: '0 0 8 0 * ?', says: 'field 4 (day of month) must be 1-31', position: 6},
    {text: '0 0 8 32W * ?', says: 'field 4 (day of month) must be 1-31', position: 6},
    {text: '0 0 8 W * ?', says: 'field 4 (day of month) must be 1-31', position: 6},
    {text: '0 0 8 L-3 * ?', says: 'field 4 (day of month) must be 1-31', position: 6},
    {text: '0 0 8 L/2 * ?', says: 'a step only after *, a value or a range', position: 6},
    {text: '0 L 8 1 * ?', says: 'field 2 (minute) must be 0-59', position: 2},
    {text: '0 0 8 1 XYZ ?', says: 'field 5 (month) must be 1-12 or JAN-DEC', position: 8},
    {text: '0 0 8 1 1 ? 1969', says: 'field 7 (year) must be 1970-2099', position: 12},
    {text: '0 0 8 1 1 ? 2100', says: 'field 7 (year) must be 1970-2099', position: 12},
    {text: '0 0 8 1 1 ? 22', says: 'field 7 (year) must be 1970-2099', position: 12},
    {text: '0 0 8 * * ? GMT', says: 'write UTC', position: 12},
    {text: '0 0 8 * * ? Mars/Olympus', says: 'time zone is unknown', position: 12},
    {text: '0 ５ 8 * * ?', says: 'field 2 (minute) must be 0-59', position: 2},
  ])('refuses "$text" and helps', ({text, says, position}) => {
    const error = scheduleErrorOf(() => parseSchedule(text))
    expect(error.message).toContain(says)
    expect(error.position).toBe(position)
  })
})

describe('parseSchedule on the gap between cron runs', () => {
  it.each([
    '0/10 * * * * *',
    '0/25 * * * * *',
    '10,50 * * * * *',
    '0,30 * * * * ?',
    '55 59 23 * * ?',
    '5,55 * 3 * * ?',
  ])('accepts %s', (text) => {
    expect(parseSchedule(text).kind).toBe('cron')
  })

  it.each([
    {name: 'every second', text: '* * * * * *', gap: 1},
    {name: 'across the minute', text: '5,59 * * * * *', gap: 6},
    {name: 'across the minute with a step', text: '0/7 * * * * *', gap: 4},
    {name: 'within the minute', text: '0,9 0 0 1 1 ?', gap: 9},
    {name: 'across the minute, once a day', text: '0,55 0,1 3 * * ?', gap: 5},
    {name: 'across the hour only', text: '0,55 0,59 * * * ?', gap: 5},
    {name: 'across midnight only', text: '0,55 0,59 0,23 * * ?', gap: 5},
    {name: 'across a month end only', text: '0,55 0,59 0,23 L,1 * ?', gap: 5},
    {name: 'across a year end only', text: '0,55 0,59 0,23 1,31 1,12 ?', gap: 5},
  ])('refuses runs $gap s apart $name', ({text, gap}) => {
    const error = scheduleErrorOf(() => parseSchedule(text))
    expect(error.reason).toBe('CronIntervalTooSmall')
    expect(error.message).toContain(`${gap} s apart at its closest`)
    expect(error.position).toBe(0)
  })

  it('accepts what would be too close across midnight on days that never follow each other', () => {
    expect(parseSchedule('0,55 0,59 0,23 1,15 * ?').kind).toBe('cron')
  })
})
