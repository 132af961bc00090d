import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {NOTHING_READ, type OutputWindow, readFresh} from '../../../../src/lib/actions/run/output-window.ts'

const text = (value: string, dropped = 0): OutputWindow => ({output: Buffer.from(value), dropped})

/** Looks again and again and collects what was new. */
function readAll(windows: readonly OutputWindow[]): {bytes: string; lost: number[]} {
  let soFar = NOTHING_READ
  const bytes: string[] = []
  const lost: number[] = []
  for (const window of windows) {
    const read = readFresh(soFar, window)
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
    expect(readAll([text('head'), text('headTAIL', 90)])).toEqual({bytes: 'headTAIL', lost: [90]})
  })

  it('prints no line twice and counts the rest, when an agent keeps the beginning and its server the end', () => {
    // As an official agent does it: the first 12 KB at once, then nothing, then the last 12 KB and how much lies between.
    const lines = Array.from({length: 3000}, (_, index) => `line ${index}\n`)
    const all = Buffer.from(lines.join(''))
    const [head, tail] = [12_288, 12_288]
    const kept = 20_000
    const glued = Buffer.concat([all.subarray(0, head), all.subarray(all.length - tail)])
    const windows = [
      {output: all.subarray(0, 6000), dropped: 0},
      {output: all.subarray(0, head), dropped: 0},
      {output: glued.subarray(glued.length - kept), dropped: all.length - kept},
    ]
    const read = readAll(windows)
    expect(read.bytes).toBe(glued.toString())
    expect(read.lost).toEqual([all.length - head - tail])
  })

  it('does not print the beginning again each time a cloud drops more of the middle', () => {
    const all = Buffer.from(Array.from({length: 20_000}, (_, index) => `line ${index}\n`).join(''))
    const windowAt = (end: number): OutputWindow => ({
      output: Buffer.concat([all.subarray(0, 2048), all.subarray(end - 10_000, end)]),
      dropped: end - 12_048,
    })
    const read = readAll([
      text(all.subarray(0, 2048).toString()),
      windowAt(50_000),
      windowAt(55_000),
      windowAt(100_000),
    ])
    const wanted = [all.subarray(0, 2048), all.subarray(40_000, 55_000), all.subarray(90_000, 100_000)]
    expect(read.bytes).toBe(Buffer.concat(wanted).toString())
    expect(read.lost).toEqual([40_000 - 2048, 35_000])
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
          const read = readFresh(soFar, {output: all.subarray(dropped, end), dropped})
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
