import {describe, expect, it} from 'vitest'
import {nextRun, nextRuns} from '../../../src/lib/schedule/next.ts'
import {parseSchedule} from '../../../src/lib/schedule/parse.ts'
import {runsOf, scheduleErrorOf, utc} from './support.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

describe('nextRun of cron', () => {
  it.each([
    {text: '0 */10 * * * *', from: '2026-01-01T00:00:00Z', runs: ['2026-01-01T00:10:00Z', '2026-01-01T00:20:00Z']},
    {text: '0 30 21 * * *', from: '2026-01-01T21:30:00Z', runs: ['2026-01-02T21:30:00Z', '2026-01-03T21:30:00Z']},
    {
      text: '0 10 1 * * 6,0',
      from: '2026-01-01T00:00:00Z',
      runs: ['2026-01-03T01:10:00Z', '2026-01-04T01:10:00Z', '2026-01-10T01:10:00Z'],
    },
    {
      text: '0 0,30 18-23 * * *',
      from: '2026-01-01T22:30:00Z',
      runs: ['2026-01-01T23:00:00Z', '2026-01-01T23:30:00Z', '2026-01-02T18:00:00Z'],
    },
    {text: '0/25 * * * * *', from: '2026-01-01T00:00:30Z', runs: ['2026-01-01T00:00:50Z', '2026-01-01T00:01:00Z']},
    {text: '0 0 8 L * ?', from: '2028-01-31T08:00:00Z', runs: ['2028-02-29T08:00:00Z', '2028-03-31T08:00:00Z']},
    {
      text: '0 0 8 LW * ?',
      from: '2026-01-01T00:00:00Z',
      runs: ['2026-01-30T08:00:00Z', '2026-02-27T08:00:00Z', '2026-03-31T08:00:00Z'],
    },
    {
      text: '0 0 8 15W * ?',
      from: '2026-02-01T00:00:00Z',
      runs: ['2026-02-16T08:00:00Z', '2026-03-16T08:00:00Z', '2026-04-15T08:00:00Z'],
    },
    {text: '0 0 8 1W * ?', from: '2026-07-15T00:00:00Z', runs: ['2026-08-03T08:00:00Z', '2026-09-01T08:00:00Z']},
    {
      text: '0 0 8 31W * ?',
      from: '2026-01-01T00:00:00Z',
      runs: ['2026-01-30T08:00:00Z', '2026-03-31T08:00:00Z', '2026-05-29T08:00:00Z'],
    },
    {text: '0 0 8 ? * 6L', from: '2026-01-01T00:00:00Z', runs: ['2026-01-31T08:00:00Z', '2026-02-28T08:00:00Z']},
    {text: '0 0 8 ? * 4#2', from: '2026-01-01T00:00:00Z', runs: ['2026-01-08T08:00:00Z', '2026-02-12T08:00:00Z']},
    {text: '0 0 8 ? * 0#1,0L', from: '2026-01-01T00:00:00Z', runs: ['2026-01-04T08:00:00Z', '2026-01-25T08:00:00Z']},
    {text: '0 0 8 ? * ?', from: '2026-01-01T00:00:00Z', runs: ['2026-01-01T08:00:00Z', '2026-01-02T08:00:00Z']},
    {text: '0 0 8 ? * 7#5', from: '2026-01-01T00:00:00Z', runs: ['2026-03-29T08:00:00Z', '2026-05-31T08:00:00Z']},
    {text: '0 0 0 29 2 ?', from: '2096-02-29T00:00:00Z', runs: []},
    {text: '0 0 0 29 2 ?', from: '2026-01-01T00:00:00Z', runs: ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']},
    {text: '0 0 0 31 2 ?', from: '2026-01-01T00:00:00Z', runs: []},
    {
      text: '0 0 12 31 12 ? 2030,2099',
      from: '2026-01-01T00:00:00Z',
      runs: ['2030-12-31T12:00:00Z', '2099-12-31T12:00:00Z'],
    },
    {text: '0 15 10 ? * * 2022', from: '2022-12-31T10:15:00Z', runs: []},
    {
      text: '0 0 8 1 * MON',
      from: '2026-01-26T00:00:00Z',
      runs: ['2026-01-26T08:00:00Z', '2026-02-01T08:00:00Z', '2026-02-02T08:00:00Z'],
    },
    {
      text: '0 0 8 */10 * 1',
      from: '2026-01-01T12:00:00Z',
      runs: ['2026-01-05T08:00:00Z', '2026-01-11T08:00:00Z', '2026-01-12T08:00:00Z'],
    },
    {text: '59 59 23 31 12 ?', from: '1970-01-01T00:00:00Z', runs: ['1970-12-31T23:59:59Z', '1971-12-31T23:59:59Z']},
  ])('of $text after $from', ({text, from, runs}) => {
    expect(runsOf(text, from, Math.max(1, runs.length))).toEqual(runs)
  })

  it.each([
    {
      name: 'the zone of the instance when it names none',
      text: '0 0 8 * * ?',
      zone: 'Asia/Shanghai',
      run: '2026-01-01T00:00:00Z',
    },
    {
      name: 'its own zone over that of the instance',
      text: '0 0 8 * * ? GMT-7:30',
      zone: 'Asia/Shanghai',
      run: '2026-01-01T15:30:00Z',
    },
    {
      name: 'a day that is another one in UTC',
      text: '0 0 3 1 1 ? Asia/Shanghai',
      zone: 'UTC',
      run: '2026-12-31T19:00:00Z',
    },
    {name: 'a system zone without a slash', text: '0 0 8 * * ?', zone: 'PRC', run: '2026-01-01T00:00:00Z'},
  ])('goes by $name', ({text, zone, run}) => {
    expect(runsOf(text, '2025-12-31T23:00:00Z', 1, zone)).toEqual([run])
  })

  it('is strictly later, also by a millisecond', () => {
    const schedule = parseSchedule('0 0 8 * * ? UTC')
    const at = Date.UTC(2026, 0, 1, 8)
    const next = (afterMs: number) => nextRun(schedule, {afterMs, originMs: 0, zone: 'UTC'})
    expect(next(at - 1)).toBe(at)
    expect(next(at - 0.25)).toBe(at)
    expect(next(at)).toBe(at + DAY_MS)
  })

  it('refuses an unknown zone of the instance with an error of ours', () => {
    const schedule = parseSchedule('0 0 8 * * ?')
    expect(scheduleErrorOf(() => nextRun(schedule, {afterMs: 0, originMs: 0, zone: 'Mars/Olympus'})).reason).toBe(
      'TimezoneInformationCorrupt',
    )
  })

  it('refuses NaN rather than answering nonsense', () => {
    expect(() => nextRun(parseSchedule('rate(5m)'), {afterMs: Number.NaN, originMs: 0, zone: 'UTC'})).toThrow(
      RangeError,
    )
  })
})

describe('nextRun of rate', () => {
  const schedule = parseSchedule('rate(5m)')
  const originMs = Date.UTC(2026, 0, 1, 0, 1, 2, 345)
  it.each([
    {name: 'first one interval after creation, not at once', afterMs: originMs, run: originMs + 5 * MINUTE_MS},
    {
      name: 'first one interval after a creation still to come',
      afterMs: originMs - 90 * DAY_MS,
      run: originMs + 5 * MINUTE_MS,
    },
    {name: 'just before a round', afterMs: originMs + 15 * MINUTE_MS - 1, run: originMs + 15 * MINUTE_MS},
    {name: 'exactly on a round, the next one', afterMs: originMs + 15 * MINUTE_MS, run: originMs + 20 * MINUTE_MS},
    {
      name: 'in the phase of its creation, however late it is asked',
      afterMs: originMs + 1000 * DAY_MS + 1,
      run: originMs + 1000 * DAY_MS + 5 * MINUTE_MS,
    },
  ])('is $name', ({afterMs, run}) => {
    expect(nextRun(schedule, {afterMs, originMs, zone: 'UTC'})).toBe(run)
  })

  it('ends with the calendar', () => {
    expect(nextRun(schedule, {afterMs: 8.64e15, originMs, zone: 'UTC'})).toBeUndefined()
  })
})

describe('nextRun of at', () => {
  const schedule = parseSchedule('at(2026-06-06 13:15:30)')
  const atMs = Date.UTC(2026, 5, 6, 13, 15, 30)
  it.each([
    {name: 'its moment while it is to come', afterMs: atMs - 1, run: atMs},
    {name: 'none from its moment on', afterMs: atMs, run: undefined},
    {name: 'none when the moment was before the creation', afterMs: atMs + 1, run: undefined},
  ])('is $name', ({afterMs, run}) => {
    expect(nextRun(schedule, {afterMs, originMs: atMs + 1, zone: 'Asia/Shanghai'})).toBe(run)
  })
})

describe('nextRuns', () => {
  it('gives as many as asked, each after the one before', () => {
    expect(runsOf('rate(60s)', '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-01-01T00:01:00Z',
      '2026-01-01T00:02:00Z',
      '2026-01-01T00:03:00Z',
    ])
  })
  it('gives fewer when the schedule ends', () => {
    expect(runsOf('0 0 0 1 1 ? 2030', '2026-01-01T00:00:00Z', 3)).toEqual(['2030-01-01T00:00:00Z'])
  })
  it('gives none when none are asked for', () => {
    expect(nextRuns(parseSchedule('rate(60s)'), {afterMs: 0, originMs: 0, zone: 'UTC'}, 0)).toEqual([])
  })
})

describe('nextRun when the clock jumps (F33)', () => {
  const runAtMs = Date.UTC(2026, 5, 1, 8)
  const texts = ['0 0 8 * * ?', '0 */20 * * * ?', '0 0 8 L * ?', 'rate(20m)', 'at(2026-06-01 08:00:00)']
  const jumps = [
    {name: '+1 h', ms: 3_600_000},
    {name: '-1 h', ms: -3_600_000},
    {name: '-1 y', ms: -365 * DAY_MS},
    {name: '+10 y', ms: 3653 * DAY_MS},
  ]
  it.each(texts.flatMap((text) => jumps.map((jump) => ({text, ...jump}))))(
    '$text, $name: one run, later than now and than the last run',
    ({text, ms}) => {
      const schedule = parseSchedule(text)
      const nowMs = runAtMs + ms
      // The timetable asks from the later of "now" and "last run", so that no moment runs twice.
      const run = nextRun(schedule, {afterMs: Math.max(nowMs, runAtMs), originMs: runAtMs - DAY_MS, zone: 'UTC'})
      if (schedule.kind === 'at') expect(run).toBeUndefined()
      else expect(run).toBeGreaterThan(Math.max(nowMs, runAtMs))
    },
  )

  it.each(['0 0 8 * * ?', '0 */20 * * * ?', 'rate(20m)', 'at(2026-06-01 08:00:00)'])(
    '%s: answers from the ends of time',
    (text) => {
      const next = (afterMs: number) =>
        nextRun(parseSchedule(text), {afterMs, originMs: runAtMs, zone: 'America/New_York'})
      expect(next(-8.64e15)).toBe(next(-Infinity))
      expect(next(-8.64e15)).toBeGreaterThan(-DAY_MS)
      expect([undefined, 8.64e15 - (8.64e15 % 1)]).toContain(next(8.64e15))
      expect(next(Infinity)).toBeUndefined()
    },
  )
})

describe('nextRun 60 days ahead (F36)', () => {
  const fromMs = Date.UTC(2026, 0, 1)
  it.each(['at(2026-03-02 00:00:00)', '0 0 0 2 3 ? 2026'])('%s: one run and then none', (text) => {
    expect(nextRuns(parseSchedule(text), {afterMs: fromMs, originMs: fromMs, zone: 'UTC'}, 5).map(utc)).toEqual([
      '2026-03-02T00:00:00Z',
    ])
  })
})
