import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {OutputPart} from '../../../../src/lib/protocol/output.ts'
import {appendOutput, type KeptOutput, NO_OUTPUT, type ToldPart} from '../../../../src/lib/server/rules/output.ts'
import {nextPart, partsOf, pushedOut} from '../../../../src/lib/server/rules/unread.ts'

const LIMIT = 10

/** What a server keeps of one output, and aside of it for a reader. */
class Kept {
  window: KeptOutput = NO_OUTPUT
  aside: OutputPart[] = []

  take(part: ToldPart, floor: number): void {
    const after = appendOutput(this.window, part, LIMIT)
    this.aside.push(...pushedOut(this.window, part, after, floor))
    this.window = after
  }

  next(position: number, most: number): OutputPart | undefined {
    return nextPart(position, [...this.aside, ...partsOf(this.window)], most)
  }
}

const text = (part: OutputPart | undefined) => part && {offset: part.offset, text: Buffer.from(part.bytes).toString()}
const told = (offset: number, bytes: string): ToldPart => ({offset, bytes: Buffer.from(bytes)})

describe('what is kept aside for a reader', () => {
  it('is nothing as long as the window has it', () => {
    const kept = new Kept()
    kept.take(told(0, 'abcdefghij'), 0)
    expect(kept.aside).toEqual([])
  })

  it('is what leaves the window unread, and what never gets into it', () => {
    const kept = new Kept()
    kept.take(told(0, 'abcdefgh'), 0)
    kept.take(told(8, 'ijklmnopqrstuvwxyz'), 3)
    expect(kept.aside.map(text)).toEqual([
      {offset: 3, text: 'defgh'},
      {offset: 8, text: 'ijklmnop'},
    ])
    expect(text(kept.next(3, 100))).toEqual({offset: 3, text: 'defghijklmnopqrstuvwxyz'})
    expect(text(kept.next(3, 7))).toEqual({offset: 3, text: 'defghij'})
  })

  it('tells by its place where bytes are missing, before and within', () => {
    const kept = new Kept()
    kept.take(told(5, 'fgh'), 0)
    kept.take(told(10, 'klm'), 0)
    expect(text(kept.next(0, 100))).toEqual({offset: 5, text: 'fgh'})
    expect(text(kept.next(8, 100))).toEqual({offset: 10, text: 'klm'})
    expect(kept.next(13, 100)).toBeUndefined()
  })

  it('knows where the bytes of an agent without positions belong', () => {
    const kept = new Kept()
    kept.take({offset: undefined, bytes: Buffer.from('abc')}, 0)
    kept.take({offset: undefined, bytes: Buffer.from('xyz'), agentDropped: 4}, 0)
    expect(text(kept.next(3, 100))).toEqual({offset: 7, text: 'xyz'})
  })

  it('gives every byte once and in order, whatever is told, repeated and read when', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({size: fc.nat(40), repeat: fc.nat(15), reads: fc.nat(3), most: fc.integer({min: 1, max: 30})}),
          {
            maxLength: 30,
          },
        ),
        (steps) => {
          const all = Buffer.from(Array.from({length: 2000}, (_, index) => index % 251))
          const kept = new Kept()
          const read: Uint8Array[] = []
          let printed = 0
          let position = 0
          const look = (most: number): boolean => {
            const part = kept.next(position, most)
            if (part === undefined) return false
            expect(part.offset).toBe(position)
            read.push(part.bytes)
            position += part.bytes.length
            return true
          }
          for (const {size, repeat, reads, most} of steps) {
            const from = Math.max(0, printed - repeat)
            kept.take({offset: from, bytes: all.subarray(from, printed + size)}, position)
            printed += size
            for (let count = 0; count < reads; count++) look(most)
          }
          while (look(7)) {}
          expect(Buffer.concat(read)).toEqual(all.subarray(0, printed))
        },
      ),
    )
  })
})
