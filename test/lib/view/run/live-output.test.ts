import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {neutralizeCiCommands} from '../../../../src/lib/view/form/ci-commands.ts'
import type {LiveOptions} from '../../../../src/lib/view/run/arrange-output.ts'
import {hostLabels, hostPrefixes} from '../../../../src/lib/view/run/host-labels.ts'
import {createLiveOutput, type LiveChunk} from '../../../../src/lib/view/run/live-output.ts'

const PLAIN: LiveOptions = {arrangement: 'bytes', heading: (id) => id, prefix: (id) => `${id} | `}

interface Event {
  id?: string
  bytes: string | Uint8Array
  lost?: number
  isLast?: boolean
}

function show(options: Partial<LiveOptions>, events: readonly Event[]): {out: string; err: string} {
  const out: Buffer[] = []
  const err: string[] = []
  const live = createLiveOutput(
    {out: (data) => void out.push(Buffer.from(data as string)), err: (text) => void err.push(text)},
    {...PLAIN, ...options},
  )
  for (const {id = 'i-1', bytes, lost = 0, isLast = false} of events) {
    live(id, {bytes: Buffer.from(bytes as string), lost, isLast} satisfies LiveChunk)
  }
  return {out: Buffer.concat(out).toString(), err: err.join('')}
}

describe('createLiveOutput', () => {
  it('leaves the bytes of one target as they are', () => {
    const out: Uint8Array[] = []
    const live = createLiveOutput({out: (data) => void out.push(Buffer.from(data as string)), err: () => {}}, PLAIN)
    live('i-1', {bytes: Uint8Array.of(0xe6, 0xb1), lost: 0, isLast: false})
    live('i-1', {bytes: Uint8Array.of(0x89, 0x1b, 0xff), lost: 0, isLast: true})
    expect([...Buffer.concat(out)]).toEqual([0xe6, 0xb1, 0x89, 0x1b, 0xff])
  })

  it('shows control sequences on a terminal instead of obeying them', () => {
    expect(show({terminal: {colors: true}}, [{bytes: 'a\x1b[31m\tred\n\x9b2J\u202eevil\rx\n', isLast: true}]).out).toBe(
      'a\x1b[31m\tred\n\\x9b2J\\u202eevil\rx\n\x1b[0m',
    )
    expect(show({terminal: {colors: false}}, [{bytes: 'a\x1b[31m\rred\r\n', isLast: true}]).out).toBe(
      'a\\x1b[31m\\rred\n',
    )
  })

  it('lets colours and progress bars through to a terminal, wherever the chunk ends', () => {
    const events = [...'1\r2\x1b[1;31mred\x1b[2J\r\n'].map((bytes) => ({bytes}))
    expect(show({terminal: {colors: true}}, [...events, {bytes: '', isLast: true}]).out).toBe(
      '1\r2\x1b[1;31mred\\x1b[2J\r\n\x1b[0m',
    )
  })

  it('keeps the prefix where a line is written over, and its colour from the next line', () => {
    const {out} = show({arrangement: 'lines', terminal: {colors: true}}, [{id: 'a', bytes: '1%\r\x1b[32m2%\r\nx\n'}])
    expect(out).toBe('a | 1%\ra | \x1b[32m2%\x1b[0m\na | x\n')
  })

  it.each(['bytes', 'lines', 'group'] as const)('gives no orders to a CI system (%s)', (arrangement) => {
    const disarm = (text: string) => neutralizeCiCommands(text, {GITHUB_ACTIONS: 'true'})
    const bytes = '::add-mask::x\n \t::error::y\r::z\nfine:: and a::b\n##[group]\nno end'
    const events = [...bytes].map((one) => ({bytes: one}))
    const {out} = show({arrangement, disarm, prefix: () => ''}, [...events, {bytes: '', isLast: true}])
    expect(out.replace(/^== i-1 ==\n|\n$/g, '')).toBe(
      ': :add-mask::x\n \t: :error::y\r: :z\nfine:: and a::b\n## [group]\nno end',
    )
  })

  it('puts the instance in front of each line and keeps lines whole', () => {
    const {out} = show({arrangement: 'lines'}, [
      {id: 'a', bytes: 'one\ntw'},
      {id: 'b', bytes: 'eins\n'},
      {id: 'a', bytes: 'o\nthree', isLast: true},
      {id: 'b', bytes: '', isLast: true},
    ])
    expect(out).toBe('a | one\nb | eins\na | two\na | three\n')
  })

  it('shows a line without end in pieces', () => {
    const {out} = show({arrangement: 'lines', prefix: () => ''}, [{bytes: 'x'.repeat(70_000)}])
    expect(out).toBe(`${'x'.repeat(65_536)}\n`)
  })

  it('prints one block per instance when it has ended', () => {
    const {out} = show({arrangement: 'group'}, [
      {id: 'a', bytes: '1\n'},
      {id: 'b', bytes: '2', isLast: true},
      {id: 'a', bytes: '3\n', isLast: true},
    ])
    expect(out).toBe('== b ==\n2\n== a ==\n1\n3\n')
  })

  it.each(['bytes', 'lines', 'group'] as const)('says on stderr that bytes are missing (%s)', (arrangement) => {
    const {err} = show({arrangement}, [{bytes: 'a', lost: 7, isLast: true}])
    expect(err).toBe(
      'i-1: 7 bytes of output dropped before they could be read; to have all of it, let the script write to a file there and fetch that, in parts if it is long\n',
    )
  })

  it('does not join what stood before a gap with what comes after it', () => {
    expect(show({arrangement: 'lines', prefix: () => ''}, [{bytes: 'be'}, {bytes: 'ter\n', lost: 3}]).out).toBe(
      'be\n[assist: 3 bytes of output missing here]\nter\n',
    )
    const half = Uint8Array.of(0xe6, 0xb1)
    expect(show({terminal: {colors: true}}, [{bytes: half}, {bytes: 'ok', lost: 3, isLast: true}]).out).toBe(
      '\ufffd\n[assist: 3 bytes of output missing here]\nok',
    )
  })

  it('shows any text whole, however its bytes were cut', () => {
    const line = fc
      .string({unit: 'grapheme', maxLength: 12})
      .filter((text) => !/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\n]/u.test(text))
    fc.assert(
      fc.property(
        fc.array(line, {maxLength: 6}),
        fc.array(fc.nat({max: 60}), {maxLength: 8}),
        fc.constantFrom('bytes' as const, 'lines' as const),
        (lines, cuts, arrangement) => {
          const text = lines.map((one) => `${one}\n`).join('')
          const bytes = Buffer.from(text)
          const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
          const events = ends.map((end, index) => ({
            bytes: bytes.subarray(ends[index - 1] ?? 0, end),
            isLast: index === ends.length - 1,
          }))
          expect(show({arrangement, terminal: {colors: true}, prefix: () => ''}, events).out).toBe(text)
        },
      ),
      {seed: 20260714, examples: [[['汉字😀'], [1, 2, 4, 5, 7, 8, 9], 'bytes']]},
    )
  })
})

describe('prefixes', () => {
  it('tell two hosts of one name apart, and count wide characters', () => {
    const labels = hostLabels([
      {instanceId: 'i-bp1aaaaaa111111', name: 'web'},
      {instanceId: 'i-bp1aaaaaa222222', name: 'web'},
      {instanceId: 'i-3', name: '磁盘'},
      {instanceId: 'i-4', name: ''},
    ])
    expect([...hostPrefixes(labels, {color: false}).values()]).toEqual([
      'web…111111 | ',
      'web…222222 | ',
      '磁盘       | ',
      'i-4        | ',
    ])
    const [first, second] = [...hostPrefixes(labels, {color: true}).values()]
    expect(first).toMatch(/^\x1b\[\d+mweb…111111 \| \x1b\[39m$/)
    expect(second?.slice(0, 5)).not.toBe(first?.slice(0, 5))
  })
})
