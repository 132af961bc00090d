import {describe, expect, it} from 'vitest'
import {type Letter, Outbox} from '../../../../src/lib/agent/talk/outbox.ts'
import {type Outcome, outcomeOf} from '../../../../src/lib/agent/talk/report.ts'
import {StandingClock} from '../../../support/agent-clock.ts'
import {createRecordingLog} from '../../../support/agent-log.ts'

function setUp(outcome: () => Outcome) {
  const clock = new StandingClock(0)
  const sent: string[] = []
  const done: string[] = []
  const outbox = new Outbox({
    ...{clock, random: () => 1, log: createRecordingLog()},
    send: async ({taskId}) => {
      sent.push(taskId)
      return outcome()
    },
  })
  const life = new AbortController()
  void outbox.run(life.signal)
  const letter = (taskId: string): Letter => ({
    taskId,
    load: () => ({report: {kind: 'verified', taskId, invokeVersion: 0}, body: new Uint8Array()}),
    done: async (end) => {
      done.push(`${taskId} ${end}`)
    },
  })
  return {clock, sent, done, outbox, letter}
}

describe('an outbox', () => {
  it('tries for ever, with pauses that grow to a minute', async () => {
    let outcome: Outcome = 'unreachable'
    const {clock, sent, done, outbox, letter} = setUp(() => outcome)
    await outbox.post(letter('a'))
    await clock.advance(1 + 2 + 4)
    expect(sent.length).toBe(1)
    await clock.advance(63_000)
    expect(sent.length).toBe(7)
    await clock.advance(24 * 3_600_000)
    expect(sent.length).toBe(7 + 24 * 60)
    outcome = 'taken'
    await clock.advance(60_000)
    expect(done).toEqual(['a taken'])
    expect(outbox.size).toBe(0)
  })

  it('lets the others wait while nobody answers, then sends them in order and without pauses', async () => {
    let outcome: Outcome = 'unreachable'
    const {clock, sent, done, outbox, letter} = setUp(() => outcome)
    await outbox.post(letter('a'))
    for (const id of ['b', 'c']) await outbox.post(letter(id))
    expect(sent).toEqual(['a'])
    outcome = 'taken'
    await clock.advance(1000)
    expect(done).toEqual(['a taken', 'b taken', 'c taken'].sort())
  })

  it('takes letters that were lost together for one outage', async () => {
    const {clock, sent, outbox, letter} = setUp(() => 'unreachable')
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => outbox.post(letter(id))))
    expect(sent.length).toBe(4)
    await clock.advance(1000)
    expect(sent.length).toBe(5)
  })

  it('waits no longer once the server is heard of', async () => {
    let outcome: Outcome = 'unreachable'
    const {clock, done, outbox, letter} = setUp(() => outcome)
    await outbox.post(letter('a'))
    await clock.advance(60_000)
    outcome = 'taken'
    outbox.serverIsBack()
    await clock.advance(1)
    expect(done).toEqual(['a taken'])
  })

  it('tries once a minute while the server does not believe us', async () => {
    const {clock, sent, outbox, letter} = setUp(() => 'unauthorised')
    await outbox.post(letter('a'))
    await clock.advance(600_000)
    expect(sent.length).toBe(11)
  })

  it('drops what the server does not know', async () => {
    const {done, outbox, letter} = setUp(() => 'unknown')
    await outbox.post(letter('a'))
    expect(done).toEqual(['a unknown'])
  })

  it('gives up after a day what the server cannot read', async () => {
    const {clock, sent, done, outbox, letter} = setUp(() => 'refused')
    await outbox.post(letter('a'))
    await clock.advance(25 * 3_600_000)
    expect(done).toEqual(['a refused'])
    expect(sent.length).toBe(24 * 12 + 2)
  })
})

describe('outcomeOf', () => {
  it.each([
    [200, 'taken'],
    [204, 'taken'],
    [400, 'refused'],
    [401, 'unauthorised'],
    [403, 'unauthorised'],
    [404, 'unknown'],
    [408, 'unreachable'],
    [413, 'refused'],
    [429, 'unreachable'],
    [500, 'unreachable'],
    [503, 'unreachable'],
  ])('reads %i as %s', (status, outcome) => {
    expect(outcomeOf(status)).toBe(outcome)
  })
})
