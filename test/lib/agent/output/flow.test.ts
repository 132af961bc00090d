import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Flow} from '../../../../src/lib/agent/output/flow.ts'
import {streamOutput} from '../../../../src/lib/agent/output/stream.ts'
import {OutputWindow} from '../../../../src/lib/agent/output/window.ts'
import {StandingClock} from '../../../support/agent-clock.ts'

const QUOTA = 24 * 1024
const READ = 64 * 1024
const MIB = 1024 * 1024

function setUp({mayBeFollowed = true} = {}) {
  const clock = new StandingClock(0)
  const window = new OutputWindow(QUOTA)
  const flow = new Flow(clock, window, {quotaBytes: QUOTA, mayBeFollowed})
  let resumed = 0
  flow.whenRoom(() => resumed++)
  /** Prints until it is told to wait; returns how many bytes went through. */
  const flood = (mostBytes: number): number => {
    for (let printed = 0; printed < mostBytes; ) {
      window.append(Buffer.alloc(READ))
      printed += READ
      if (!flow.read()) return printed
    }
    return mostBytes
  }
  return {clock, window, flow, flood, resumed: () => resumed}
}

describe('Flow', () => {
  it('lets a script wait with a megabyte, until the first answer says that nobody follows', () => {
    const {flow, window, flood, resumed} = setUp()
    expect(flood(10 * MIB)).toBe(MIB)
    flow.told(undefined)
    expect([resumed(), window.heldBytes, flood(10 * MIB)]).toEqual([1, QUOTA, 10 * MIB])
  })

  it('never lets one wait that nobody can follow', () => {
    const {flow, flood} = setUp({mayBeFollowed: false})
    flow.told({to: 0, room: MIB})
    expect([flow.isHeld, flood(10 * MIB)]).toEqual([false, 10 * MIB])
  })

  it('reads on when there is room again', () => {
    const {flow, window, flood, resumed} = setUp()
    flow.told({to: 0, room: 2 * MIB})
    flood(10 * MIB)
    window.acknowledge(window.next(READ / 2))
    flow.sent()
    expect(resumed()).toBe(0)
    window.acknowledge(window.next(READ))
    flow.sent()
    expect([resumed(), flow.isPaused]).toEqual([1, false])
  })

  it.each([
    {name: 'no answer comes at all', told: false, afterMs: 2000},
    {name: 'the wish is not repeated', told: true, afterMs: 15_000},
  ])('goes on when $name', async ({told, afterMs}) => {
    const {clock, flow, flood, resumed} = setUp()
    if (told) flow.told({to: 0, room: 0})
    const ended = new AbortController()
    const running = flow.run(ended.signal)
    flood(10 * MIB)
    await clock.advance(afterMs - 1)
    expect([flow.isHeld, resumed()]).toEqual([true, 0])
    await clock.advance(1)
    expect([flow.isHeld, resumed()]).toEqual([false, 1])
    ended.abort()
    await running
  })

  it('sends no more than there is room for', () => {
    const {flow, window, flood} = setUp()
    flood(3 * READ)
    expect(flow.roomBytes).toBe(QUOTA) // as long as nobody has said anything
    flow.told({to: 0, room: 2 * READ})
    expect(flow.roomBytes).toBe(2 * READ)
    window.acknowledge(window.next(READ))
    expect(flow.roomBytes).toBe(READ)
    flow.told({to: READ, room: 0})
    expect(flow.roomBytes).toBe(0)
  })
})

const all = Buffer.from(Array.from({length: 1_000_000}, (_, index) => index % 127))

/** A server that takes what it has room for and tells the agent so, and a reader that reads from it now and then. */
function serverOf(flow: Flow, limit: number) {
  const taken: Uint8Array[] = []
  let read = 0
  let size = 0
  return {
    taken: () => Buffer.concat(taken),
    read: (bytes: number) => {
      read = Math.min(size, read + bytes)
    },
    told: () => flow.told({to: size, room: Math.max(0, limit - (size - read))}),
    take: (offset: number, bytes: Uint8Array): void => {
      expect(offset + bytes.length - read).toBeLessThanOrEqual(limit)
      const fresh = bytes.subarray(Math.max(0, size - offset))
      expect(offset).toBeLessThanOrEqual(size)
      taken.push(Uint8Array.from(fresh))
      size += fresh.length
    },
  }
}

describe('streamOutput to somebody who follows', () => {
  it('sends every byte once and in order, within the room, whatever is lost, slow or large', async () => {
    const step = fc.record({
      print: fc.nat(200_000),
      read: fc.nat(300_000),
      answers: fc.constantFrom('yes', 'lost', 'no'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, {minLength: 1, maxLength: 12}), async (steps) => {
        const {clock, flow, window} = setUp()
        const limit = 256 * 1024
        const server = serverOf(flow, limit)
        let answers: string = 'yes'
        const send = async ({offset, bytes}: {offset: number; bytes: Uint8Array}): Promise<boolean> => {
          if (answers === 'no') return false
          server.take(offset, bytes)
          if (answers === 'lost') return false
          server.told()
          return true
        }
        server.told()
        const ended = new AbortController()
        const rules = {everyMs: 200, skipEmpty: true}
        const deps = {clock, send, killPoint: () => {}}
        const streaming = streamOutput(deps, {window, flow}, Promise.resolve(true), rules, ended.signal)
        let printed = 0
        for (const {print, read, answers: next} of steps) {
          answers = next
          if (!flow.isPaused) {
            const size = Math.min(print, READ, all.length - printed)
            window.append(all.subarray(printed, printed + size))
            printed += size
            flow.read()
          }
          await clock.advance(250)
          server.read(read)
        }
        answers = 'yes'
        ended.abort()
        let isOver = false
        void streaming.then(() => {
          isOver = true
        })
        for (let rounds = 0; rounds < 100 && !isOver; rounds++) {
          server.read(READ)
          server.told()
          await clock.advance(450)
        }
        expect(isOver).toBe(true)
        const {offset, bytes} = window.last()
        server.read(limit)
        server.take(offset, bytes)
        expect(bytes.length).toBeLessThanOrEqual(QUOTA)
        expect(server.taken().equals(all.subarray(0, printed))).toBe(true)
      }),
      {numRuns: 30},
    )
  })
})
