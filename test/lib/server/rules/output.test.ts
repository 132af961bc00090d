import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {appendOutput, markGap, NO_OUTPUT} from '../../../../src/lib/server/rules/output.ts'

const LIMIT = 20

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function feed(parts: Array<{offset?: number; text: string; agentDropped?: number}>) {
  const kept = parts.reduce(
    (state, {offset, text: part, agentDropped}) =>
      appendOutput(state, {offset, bytes: Buffer.from(part), ...(agentDropped && {agentDropped})}, LIMIT),
    NO_OUTPUT,
  )
  return {text: text(kept.output), dropped: kept.dropped, outputEnd: kept.outputEnd}
}

describe('appendOutput', () => {
  it.each([
    {
      name: 'joins what follows',
      parts: [
        {offset: 0, text: 'ab'},
        {offset: 2, text: 'cd'},
      ],
      text: 'abcd',
      dropped: 0,
    },
    {
      name: 'skips a repeat',
      parts: [
        {offset: 0, text: 'ab'},
        {offset: 0, text: 'ab'},
      ],
      text: 'ab',
      dropped: 0,
    },
    {
      name: 'takes the new part of an overlap',
      parts: [
        {offset: 0, text: 'abc'},
        {offset: 1, text: 'bcde'},
      ],
      text: 'abcde',
      dropped: 0,
    },
    {
      name: 'believes the first of two tellings',
      parts: [
        {offset: 0, text: 'abc'},
        {offset: 0, text: 'xyzd'},
      ],
      text: 'abcd',
      dropped: 0,
    },
    {
      name: 'ignores a stale part that comes late',
      parts: [
        {offset: 0, text: 'abcdef'},
        {offset: 2, text: 'cd'},
      ],
      text: 'abcdef',
      dropped: 0,
    },
    {
      name: 'counts a jump as dropped',
      parts: [
        {offset: 0, text: 'ab'},
        {offset: 7, text: 'hi'},
      ],
      text: 'abhi',
      dropped: 5,
    },
    {
      name: 'counts a jump once, whatever the agent adds',
      parts: [{offset: 7, text: 'hi', agentDropped: 7}],
      text: 'hi',
      dropped: 7,
    },
    {name: 'appends without offsets', parts: [{text: 'ab'}, {text: 'ab'}], text: 'abab', dropped: 0},
    {
      name: "adds an official agent's dropped bytes before its last part",
      parts: [{text: 'ab'}, {text: 'yz', agentDropped: 30}],
      text: 'abyz',
      dropped: 30,
    },
    {name: 'notes dropped bytes without any output', parts: [{text: '', agentDropped: 9}], text: '', dropped: 9},
    {
      name: 'keeps the newest bytes',
      parts: [{text: '0123456789'}, {text: 'abcdefghijklmno'}],
      text: '56789abcdefghijklmno',
      dropped: 5,
    },
    {
      name: 'cuts one part that is too long',
      parts: [{text: 'x'.repeat(30) + 'y'.repeat(20)}],
      text: 'y'.repeat(20),
      dropped: 30,
    },
  ])('$name', ({parts, text: expected, dropped}) => {
    expect(feed(parts)).toMatchObject({text: expected, dropped})
  })

  it('knows where bytes are missing in the midst of what is kept, until that has gone', () => {
    const marked = (parts: Parameters<typeof appendOutput>[1][]): string =>
      text(markGap(parts.reduce((state, part) => appendOutput(state, part, LIMIT), NO_OUTPUT)))
    const part = (words: string, more: {offset?: number; agentDropped?: number} = {}) => ({
      offset: more.offset,
      bytes: Buffer.from(words),
      ...(more.agentDropped && {agentDropped: more.agentDropped}),
    })
    const official = [part('head'), part('tail', {agentDropped: 28_004})]
    expect(marked(official)).toBe('head\n[28004 bytes missing here]\ntail')
    expect(marked([...official, part('1234567890123')])).toBe('ead\n[28004 bytes missing here]\ntail1234567890123')
    expect(marked([...official, part('12345678901234567890')])).toBe('12345678901234567890')
    expect(marked([part('ab', {offset: 0}), part('z', {offset: 3})])).toBe('ab\n[1 byte missing here]\nz')
    expect(marked([part('z', {offset: 3})])).toBe('z')
    expect(marked([part('0123456789'), part('abcdefghijklmno')])).toBe('56789abcdefghijklmno')
  })

  it('leaves the state as it is when nothing is new', () => {
    const state = appendOutput(NO_OUTPUT, {offset: 0, bytes: Buffer.from('abc')})
    expect(appendOutput(state, {offset: 1, bytes: Buffer.from('b')})).toBe(state)
  })

  it('keeps the tail of what was printed, however it is cut and repeated, and knows how much is missing', () => {
    fc.assert(
      fc.property(
        fc.string({maxLength: 100, unit: 'binary-ascii'}),
        fc.array(fc.tuple(fc.nat(30), fc.nat(10)), {minLength: 1, maxLength: 40}),
        (printed, cuts) => {
          const all = Buffer.from(printed, 'latin1')
          let state = NO_OUTPUT
          for (const [length, back] of cuts) {
            // An agent goes on where it was acknowledged, or from somewhere before that.
            const offset = Math.max(0, state.outputEnd - back)
            state = appendOutput(state, {offset, bytes: all.subarray(offset, offset + length)}, LIMIT)
            const seen = all.subarray(0, state.outputEnd)
            expect(text(state.output)).toBe(text(seen.subarray(Math.max(0, seen.length - LIMIT))))
            expect(state.dropped + state.output.length).toBe(state.outputEnd)
          }
        },
      ),
    )
  })

  it('never loses count, jumps or not', () => {
    const part = fc.record({
      offset: fc.option(fc.nat(200), {nil: undefined}),
      length: fc.nat(40),
      agentDropped: fc.nat(50),
    })
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        let state = NO_OUTPUT
        for (const {offset, length, agentDropped} of parts) {
          const before = state
          state = appendOutput(state, {offset, bytes: new Uint8Array(length), agentDropped}, LIMIT)
          expect(state.outputEnd).toBeGreaterThanOrEqual(before.outputEnd)
          expect(state.dropped).toBeGreaterThanOrEqual(before.dropped)
          expect(state.dropped + state.output.length).toBe(state.outputEnd)
          expect(state.output.length).toBeLessThanOrEqual(LIMIT)
        }
      }),
    )
  })
})
