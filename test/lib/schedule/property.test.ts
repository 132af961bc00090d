import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {pointAt, ScheduleError} from '../../../src/lib/schedule/error.ts'
import {explainSchedule} from '../../../src/lib/schedule/explain/explain.ts'
import {nextRun, nextRuns} from '../../../src/lib/schedule/next.ts'
import {parseSchedule} from '../../../src/lib/schedule/parse.ts'
import type {Schedule} from '../../../src/lib/schedule/schedule.ts'
import {validateSchedule} from '../../../src/lib/schedule/validate.ts'
import {encodeWireSchedule, parseWireSchedule} from '../../../src/lib/schedule/wire.ts'
import {matchesDay, matchesWallClock} from './brute-force.ts'
import {cronExpressions} from './expressions.ts'
import {SEED} from './support.ts'

const DAY_MS = 86_400_000
const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'GMT-3:30',
]
const zones = fc.constantFrom(...ZONES)
const instants = fc.integer({min: Date.UTC(1990, 0, 1), max: Date.UTC(2090, 0, 1)})
const years = fc.constantFrom('', '*', '2000/3', '1995-2060', '2024,2028,2099')

const schedules = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(cronExpressions({years}), fc.constantFrom('', ...ZONES)).map((parts) => parts.join(' ').trim()),
  },
  fc.integer({min: 60, max: 604_800}).map((seconds) => `rate(${seconds}s)`),
  fc
    .tuple(instants, zones)
    .map(([ms, zone]) => `at(${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} ${zone})`),
)

function check(property: fc.IRawProperty<unknown>, runs: number): void {
  fc.assert(property, {seed: SEED, numRuns: runs})
}

/** Random expressions may come too close together; those are refused, and rightly so. */
function parseOrSkip(text: string): Schedule {
  try {
    return parseSchedule(text)
  } catch (error) {
    fc.pre(!(error instanceof ScheduleError && error.reason === 'CronIntervalTooSmall'))
    throw error
  }
}

/** Minute by minute, then second by second. */
function scanDay(text: string, startMs: number): number[] {
  const anySecond = text.replace(/^\S+/, '*')
  const minutes = Array.from({length: 1440}, (_, minute) => startMs + minute * 60_000).filter((ms) =>
    matchesWallClock(anySecond, ms),
  )
  const seconds = minutes.flatMap((ms) => Array.from({length: 60}, (_, second) => ms + second * 1000))
  return seconds.filter((ms) => matchesWallClock(text, ms))
}

describe(`schedule properties (seed ${SEED})`, () => {
  it('matches a second-by-second scan of a random day in UTC', () => {
    const cases = fc.tuple(cronExpressions(), fc.integer({min: 3650, max: 40_000}))
    check(
      fc.property(cases, ([text, day]) => {
        const schedule = parseOrSkip(text)
        const startMs = day * DAY_MS
        const found = nextRuns(schedule, {afterMs: startMs - 1, originMs: 0, zone: 'UTC'}, DAY_MS / 10_000)
        expect(found.filter((run) => run < startMs + DAY_MS)).toEqual(scanDay(text, startMs))
      }),
      60,
    )
  }, 120_000)

  it('finds the day that a day-by-day scan finds', () => {
    check(
      fc.property(fc.tuple(cronExpressions({years}), instants), ([text, afterMs]) => {
        const run = nextRun(parseOrSkip(text), {afterMs, originMs: 0, zone: 'UTC'})
        const firstDay = Math.floor(afterMs / DAY_MS) + 1
        const lastDay = run === undefined ? firstDay + 800 : Math.floor(run / DAY_MS)
        const days = Array.from({length: Math.max(0, lastDay - firstDay)}, (_, index) => firstDay + index)
        expect(days.filter((day) => matchesDay(text, day * DAY_MS))).toEqual([])
        if (run !== undefined) expect(matchesWallClock(text, run)).toBe(true)
      }),
      300,
    )
  }, 120_000)

  it('goes strictly forward in every zone', () => {
    check(
      fc.property(schedules, instants, instants, zones, (text, afterMs, originMs, zone) => {
        const runs = nextRuns(parseOrSkip(text), {afterMs, originMs, zone}, 5)
        for (const [index, run] of runs.entries()) expect(run).toBeGreaterThan(runs[index - 1] ?? afterMs)
      }),
      1500,
    )
  })

  it('gives the same run from every moment up to it', () => {
    check(
      fc.property(
        schedules,
        instants,
        zones,
        fc.double({min: 0, max: 1, noNaN: true}),
        (text, afterMs, zone, share) => {
          const schedule = parseOrSkip(text)
          const run = nextRun(schedule, {afterMs, originMs: 0, zone})
          fc.pre(run !== undefined)
          const between = afterMs + Math.floor((run - 1 - afterMs) * share)
          expect(nextRun(schedule, {afterMs: between, originMs: 0, zone})).toBe(run)
        },
      ),
      1000,
    )
  })

  it('parses its own text again, explains it in both languages and comes back from the wire', () => {
    check(
      fc.property(schedules, instants, zones, (text, afterMs, zone) => {
        const schedule = parseOrSkip(text)
        expect(parseSchedule(schedule.text)).toEqual(schedule)
        for (const language of ['en', 'zh'] as const) {
          const words = explainSchedule(schedule, language)
          expect(words).not.toMatch(/undefined|NaN|\[object|\s{2}|^\s|, ,|，，/)
          expect(words.length).toBeGreaterThan(5)
        }
        const wire = encodeWireSchedule(schedule)
        const after = {afterMs, originMs: 0, zone}
        const arrived = parseWireSchedule(wire.repeat, wire.text)
        expect(nextRuns(arrived, after, 2)).toEqual(nextRuns(schedule, after, 2))
        expect(encodeWireSchedule(arrived)).toEqual(wire)
      }),
      1500,
    )
  })

  const characters = fc.constantFrom(
    ...'0123456789*/,-?LW#() :.TZratecronGMTUSFIabc\t\n٣５é'.split(''),
    '😀',
    '\u0000',
    '\u202e',
  )
  const tokens = fc.constantFrom(
    '*',
    '?',
    '0',
    '5',
    '59',
    '60',
    'L',
    'LW',
    '15W',
    '6L',
    '4#2',
    'MON',
    'SUN-SAT',
    '*/5',
    '1-5/2',
    '2024',
    '2024-2030',
    'UTC',
    'Asia/Shanghai',
    'GMT+8:00',
    '1,2',
    '-',
    '/',
    '@daily',
    '99999999999',
    '0/0',
    '10-5',
  )
  const nonsense = fc.oneof(
    fc.string({unit: characters, maxLength: 300}),
    fc.array(tokens, {minLength: 5, maxLength: 9}).map((parts) => parts.join(' ')),
    fc.string({unit: 'binary', maxLength: 60}),
    fc.string({unit: characters, maxLength: 12}).map((inner) => `rate(${inner})`),
    fc.string({unit: characters, maxLength: 30}).map((inner) => `at(${inner})`),
    fc
      .tuple(schedules, fc.nat(60), characters)
      .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1)),
  )
  const context = {nowMs: Date.UTC(2026, 0, 1), timeoutSec: 60}
  const readings: ReadonlyArray<{name: string; read: (text: string) => void}> = [
    {name: 'parseSchedule', read: (text) => validateSchedule(parseSchedule(text), context)},
    {name: 'parseWireSchedule of cron', read: (text) => validateSchedule(parseWireSchedule('Period', text), context)},
    {name: 'parseWireSchedule of rate', read: (text) => validateSchedule(parseWireSchedule('Rate', text), context)},
    {name: 'parseWireSchedule of at', read: (text) => validateSchedule(parseWireSchedule('At', text), context)},
  ]

  it.each(readings)('$name answers any text at once, with a schedule or an error that points into it', ({read}) => {
    let slowestMs = 0
    check(
      fc.property(nonsense, (text) => {
        const startMs = performance.now()
        try {
          read(text)
        } catch (error) {
          if (!(error instanceof ScheduleError)) throw error
          expect(error.message).toMatch(/^[^\n]{10,700}$/)
          expect(error.position).toBeGreaterThanOrEqual(0)
          expect(error.position).toBeLessThanOrEqual(text.length)
          expect(error.length).toBeGreaterThan(0)
          expect(pointAt(error, text).split('\n')).toHaveLength(2)
        }
        slowestMs = Math.max(slowestMs, performance.now() - startMs)
      }),
      5000,
    )
    expect(slowestMs).toBeLessThan(1000) // the aim is 50; a busy machine may stall that long, a runaway loop takes longer
  })
})
