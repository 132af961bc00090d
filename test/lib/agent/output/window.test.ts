import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {OutputWindow} from '../../../../src/lib/agent/output/window.ts'

/** Feeds text in pieces that end at the given positions. */
function feed(window: OutputWindow, bytes: Buffer, cuts: number[]): void {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  let from = 0
  for (const end of ends) {
    window.append(bytes.subarray(from, end))
    from = end
  }
}

describe('OutputWindow', () => {
  it('gives the same end and the exact number of dropped bytes, however the output comes in pieces', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({maxLength: 400}),
        fc.array(fc.nat()),
        fc.integer({min: 1, max: 100}),
        (data, cuts, limit) => {
          const bytes = Buffer.from(data)
          const window = new OutputWindow(limit)
          feed(window, bytes, cuts)
          const last = window.last()
          expect(last.bytes).toEqual(bytes.subarray(bytes.length - last.bytes.length))
          expect(last.offset).toBe(bytes.length - last.bytes.length)
          expect(last.dropped + last.bytes.length).toBe(bytes.length)
          expect(last.bytes.length).toBeGreaterThanOrEqual(Math.min(bytes.length, limit) - 3)
        },
      ),
    )
  })

  it('never loses count, whatever is taken, acknowledged or lost in between', () => {
    const step = fc.oneof(
      fc.record({kind: fc.constant('append' as const), data: fc.uint8Array({maxLength: 60})}),
      fc.record({kind: fc.constant('send' as const), taken: fc.boolean(), between: fc.uint8Array({maxLength: 60})}),
    )
    fc.assert(
      fc.property(fc.array(step, {maxLength: 40}), (steps) => {
        const window = new OutputWindow(32)
        const printed: number[] = []
        const server = new Map<number, number>()
        const append = (data: Uint8Array): void => {
          printed.push(...data)
          window.append(data)
        }
        for (const one of steps) {
          if (one.kind === 'append') append(one.data)
          else {
            const piece = window.next()
            const copy = {offset: piece.offset, bytes: Buffer.from(piece.bytes)}
            append(one.between) // the script goes on while the report is under way
            if (!one.taken) continue
            window.acknowledge(copy)
            copy.bytes.forEach((byte, i) => {
              expect(server.has(copy.offset + i)).toBe(false)
              server.set(copy.offset + i, byte)
            })
          }
        }
        const last = window.last()
        last.bytes.forEach((byte, i) => {
          server.set(last.offset + i, byte)
        })
        expect(last.dropped).toBe(printed.length - server.size)
        for (const [position, byte] of server) expect(byte).toBe(printed[position])
      }),
    )
  })

  it('holds a character back until it is whole, and passes bytes that are no UTF-8', () => {
    const window = new OutputWindow(100)
    const text = Buffer.from('a中')
    window.append(text.subarray(0, 3))
    const first = window.next()
    expect(first.bytes.toString('latin1')).toBe('a')
    window.acknowledge(first)
    window.append(text.subarray(3))
    expect(window.next()).toEqual({offset: 1, bytes: Buffer.from('中')})
    window.append(Buffer.from([0xff, 0x80, 0x80, 0x80, 0x80]))
    expect(window.next().bytes.length).toBe(8)
  })

  it('begins with a whole character after a gap', () => {
    const window = new OutputWindow(5)
    window.append(Buffer.from('中中中'))
    expect(window.last()).toEqual({offset: 6, bytes: Buffer.from('中'), dropped: 6})
  })
})
