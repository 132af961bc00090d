import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {NOTHING_READ, type OutputWindow, readFresh} from '../../../../src/lib/actions/run/output-window.ts'

const text = (value: string, dropped = 0): OutputWindow => ({output: Buffer.from(value), dropped})

/** Looks again and again and collects what was new. */
function readAll(windows: readonly OutputWindow[], keepsHead = false): {bytes: string; lost: number[]} {
  let soFar = NOTHING_READ
  const bytes: string[] = []
  const lost: number[] = []
  for (const window of windows) {
    const read = readFresh(soFar, window, keepsHead)
    soFar = read.soFar
    bytes.push(Buffer.from(read.fresh.bytes).toString())
    if (read.fresh.lost > 0) lost.push(read.fresh.lost)
  }
  return {bytes: bytes.join(''), lost}
}

describe('readFresh', () => {
  it.each([
    {name: 'hands out what was added', windows: [text('a'), text('ab'), text('abc')], bytes: 'abc', lost: []},
    {name: 'hands out nothing twice', windows: [text('ab'), text('ab')], bytes: 'ab', lost: []},
    {name: 'goes on when the beginning was dropped', windows: [text('abc'), text('cde', 2)], bytes: 'abcde', lost: []},
    {name: 'counts what nobody could read', windows: [text('abc'), text('ghi', 6)], bytes: 'abcghi', lost: [3]},
    {name: 'counts what was lost before the first look', windows: [text('xyz', 10)], bytes: 'xyz', lost: [10]},
    {
      name: 'is not misled by output that repeats itself',
      windows: [text('yy'), text('yyy', 2)],
      bytes: 'yyyyy',
      lost: [],
    },
    {name: 'ignores an answer from before', windows: [text('abc'), text('a'), text('abcd')], bytes: 'abcd', lost: []},
  ])('$name', ({windows, bytes, lost}) => {
    expect(readAll(windows)).toEqual({bytes, lost})
  })

  it('goes on behind the beginning when a service keeps beginning and tail', () => {
    expect(readAll([text('head'), text('headTAIL', 90)], true)).toEqual({bytes: 'headTAIL', lost: [90]})
  })

  it('prints each byte once and in order, however often one looks and however much was dropped', () => {
    const looks = fc.array(fc.nat({max: 40}), {maxLength: 30})
    fc.assert(
      fc.property(looks, fc.integer({min: 1, max: 24}), (steps, kept) => {
        const total = steps.reduce((sum, step) => sum + step, 0)
        const all = Uint8Array.from({length: total}, (_, index) => index % 251)
        let end = 0
        let soFar = NOTHING_READ
        let position = 0
        for (const step of steps) {
          end += step
          const dropped = Math.max(0, end - kept)
          const read = readFresh(soFar, {output: all.subarray(dropped, end), dropped}, false)
          soFar = read.soFar
          position += read.fresh.lost
          expect([...read.fresh.bytes]).toEqual([...all.subarray(position, position + read.fresh.bytes.length)])
          position += read.fresh.bytes.length
          expect(position).toBe(end)
        }
      }),
      {seed: 20260714},
    )
  })
})
