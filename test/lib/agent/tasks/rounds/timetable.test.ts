import {describe, expect, it} from 'vitest'
import {decodeTask} from '../../../../../src/lib/agent/tasks/decode.ts'
import {checkOccurrence, MISSED_COUNTED} from '../../../../../src/lib/agent/tasks/rounds/occurrence.ts'
import {type Rounds, Timetable} from '../../../../../src/lib/agent/tasks/rounds/timetable.ts'
import {StandingClock} from '../../../../support/agent-clock.ts'
import {taskItem} from '../../../../support/agent-server.ts'

const HOUR = 3_600_000

function setUp(start: string, expression: {repeat: string; cron: string; creationTime?: number}) {
  const clock = new StandingClock(start)
  const events: string[] = []
  const timetable = new Timetable({clock, zone: 'UTC'})
  const rounds = {
    fire: (_task, roundMs) => events.push(new Date(roundMs).toISOString().slice(0, 19)),
    missed: (_task, rounds) => events.push(`missed ${rounds}`),
    exhausted: (_task, everFired) => events.push(everFired ? 'over' : 'over, never fired'),
    wentBack: (_task, byMs) => events.push(`back ${Math.round(byMs / 1000)} s`),
  } satisfies Rounds
  const task = decodeTask(taskItem('t', 'true', expression))
  if (task === undefined || 'param' in task) throw new Error('bad test task')
  timetable.put(task, clock.now())
  const life = new AbortController()
  void timetable.run(life.signal, rounds)
  return {clock, events, timetable, task, end: () => life.abort()}
}

const hourly = {repeat: 'Period', cron: '0 0 * * * *'}

describe('a timetable', () => {
  it('fires each round at its second', async () => {
    const {clock, events} = setUp('2026-01-01T00:00:00Z', {repeat: 'Period', cron: '*/10 * * * * *'})
    await clock.advance(30_000)
    expect(events).toEqual(['2026-01-01T00:00:10', '2026-01-01T00:00:20', '2026-01-01T00:00:30'])
  })

  it('counts rate from the creation of the task', async () => {
    const creationTime = Date.parse('2025-12-31T23:59:58Z')
    const {clock, events} = setUp('2026-01-01T00:00:00Z', {repeat: 'Rate', cron: 'rate(5s)', creationTime})
    await clock.advance(10_000)
    expect(events).toEqual(['2026-01-01T00:00:03', '2026-01-01T00:00:08'])
  })

  it('fires `at` once and is then done with it', async () => {
    const {clock, events, timetable} = setUp('2026-01-01T00:00:00Z', {repeat: 'At', cron: 'at(2026-01-01T00:01:00)'})
    await clock.advance(HOUR)
    expect(events).toEqual(['2026-01-01T00:01:00', 'over'])
    expect(timetable.size).toBe(0)
  })

  it('notices within 30 s that the clock was set forward an hour, and makes no burst of it', async () => {
    const {clock, events} = setUp('2026-01-01T00:00:00Z', {repeat: 'Period', cron: '0 */5 * * * *'})
    await clock.advance(1000)
    clock.jump(HOUR)
    await clock.advance(30_000)
    expect(events).toEqual(['missed 11', '2026-01-01T01:00:00'])
  })

  it('counts what a suspend of two hours has passed over as missed', async () => {
    const {clock, events} = setUp('2026-01-01T00:30:00Z', hourly)
    await clock.advance(1000)
    clock.jump(2 * HOUR)
    await clock.advance(30_000)
    expect(events).toEqual(['missed 2'])
    await clock.advance(HOUR)
    expect(events).toEqual(['missed 2', '2026-01-01T03:00:00'])
  })

  it('runs a round that is at most a minute late, once', async () => {
    const {clock, events} = setUp('2026-01-01T00:59:30Z', hourly)
    await clock.advance(1000)
    clock.jump(50_000)
    await clock.advance(30_000)
    expect(events).toEqual(['2026-01-01T01:00:00'])
  })

  it('runs no round twice when the clock goes back an hour', async () => {
    const {clock, events} = setUp('2026-01-01T00:59:59Z', hourly)
    await clock.advance(5000)
    clock.jump(-HOUR)
    await clock.advance(2 * HOUR)
    expect(events).toEqual(['2026-01-01T01:00:00', 'back 3600 s', '2026-01-01T02:00:00'])
  })

  it('goes on when a clock that was 20 minutes ahead is set right, with the moments that were not run', async () => {
    const {clock, events} = setUp('2026-01-01T00:00:30Z', {repeat: 'Period', cron: '0 */5 * * * *'})
    await clock.advance(1000)
    clock.jump(20 * 60_000)
    await clock.advance(30_000)
    clock.jump(-20 * 60_000)
    events.length = 0
    await clock.advance(25 * 60_000)
    expect(events).toEqual([
      'back 1200 s',
      ...['05', '10', '15', '25'].map((minute) => `2026-01-01T00:${minute}:00`), // 00:20 was run ahead of its time
    ])
  })

  it('comes back to a moment that was passed over by a clock that was wrong', async () => {
    const {clock, events} = setUp('2026-01-01T00:30:00Z', hourly)
    await clock.advance(1000)
    clock.jump(2 * HOUR)
    await clock.advance(30_000)
    clock.jump(-2 * HOUR)
    await clock.advance(HOUR)
    expect(events).toEqual(['missed 2', 'back 7200 s', '2026-01-01T01:00:00'])
  })

  it('goes on from any year to which the clock is set back', async () => {
    const {clock, events} = setUp('2026-01-01T00:59:59Z', hourly)
    await clock.advance(5000)
    clock.jump(-365 * 24 * HOUR)
    await clock.advance(HOUR)
    expect(events).toEqual(['2026-01-01T01:00:00', expect.stringMatching(/^back 31/), '2025-01-01T02:00:00'])
  })

  it('takes a correction by less than a second for none', async () => {
    const {clock, events} = setUp('2026-01-01T00:59:59Z', hourly)
    await clock.advance(5000)
    clock.jump(-900)
    await clock.advance(60_000)
    expect(events).toEqual(['2026-01-01T01:00:00'])
  })

  it('takes ten years forward without a busy loop', async () => {
    const {clock, events} = setUp('2026-01-01T00:00:00Z', {repeat: 'Period', cron: '* * * * * *'})
    await clock.advance(500)
    clock.jump(10 * 365 * 24 * HOUR)
    await clock.advance(600)
    expect(events[0]).toBe(`missed ${MISSED_COUNTED + 61}`)
    expect(events.length).toBeLessThanOrEqual(3)
  })

  it('sleeps no longer than 30 s, though the round is 60 days away', async () => {
    const {clock, events} = setUp('2026-01-01T00:00:00Z', {repeat: 'At', cron: 'at(2026-03-02T00:00:00)'})
    await clock.advance(1000)
    expect(clock.nextWakeMs()).toBeLessThanOrEqual(30_000)
    await clock.advance(60 * 24 * HOUR)
    expect(events).toEqual(['2026-03-02T00:00:00', 'over'])
  })

  it('tells when a schedule ends without having run', async () => {
    const {clock, events} = setUp('2026-01-01T00:00:00Z', {repeat: 'At', cron: 'at(2026-01-01T00:01:00)'})
    await clock.advance(1000)
    clock.jump(HOUR)
    await clock.advance(30_000)
    expect(events).toEqual(['missed 1', 'over, never fired'])
  })

  it('wakes for a round that is nearer than what it slept for', async () => {
    const {clock, events, timetable, task} = setUp('2026-01-01T00:00:00Z', hourly)
    await clock.advance(1000)
    timetable.put({...task, id: 'u', expression: '5 * * * * *'}, clock.now())
    await clock.advance(5000)
    expect(events).toEqual(['2026-01-01T00:00:05'])
  })

  it('refuses what has no run left', () => {
    const past = {repeat: 'At', cron: 'at(2025-01-01T00:00:00)'}
    expect(() => setUp('2026-01-01T00:00:00Z', past)).toThrow(expect.objectContaining({reason: 'AtExpressionExpired'}))
  })
})

describe('checkOccurrence', () => {
  it.each([
    {name: 'waits for what lies ahead', next: 100, now: 99, expected: {fire: undefined, missed: 0, nextMs: 100}},
    {name: 'fires on the moment', next: 100, now: 100, expected: {fire: 100, missed: 0, nextMs: 110}},
    {name: 'fires the newest of several', next: 100, now: 125, expected: {fire: 120, missed: 2, nextMs: 130}},
    {
      name: 'has nothing to do without a next',
      next: undefined,
      now: 5,
      expected: {fire: undefined, missed: 0, nextMs: undefined},
    },
  ])('$name', ({next, now, expected}) => {
    expect(checkOccurrence(next, now, (ms) => Math.floor(ms / 10) * 10 + 10)).toEqual(expected)
  })
})
