import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {beyond, endOf, newestFrom} from '../../../src/lib/protocol/output.ts'

describe('beyond', () => {
  it.each([
    {name: 'takes what follows whole', position: 3, offset: 3, fresh: 'abc', lost: 0},
    {name: 'skips what is known', position: 5, offset: 3, fresh: 'c', lost: 0},
    {name: 'counts what nobody told', position: 1, offset: 3, fresh: 'abc', lost: 2},
    {name: 'finds nothing in a part that is known', position: 9, offset: 3, fresh: '', lost: 0},
  ])('$name', ({position, offset, fresh, lost}) => {
    const found = beyond(position, {offset, bytes: Buffer.from('abc')})
    expect({fresh: Buffer.from(found.bytes).toString(), lost: found.lost}).toEqual({fresh, lost})
  })

  it('accounts for every byte up to the end of the part', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), fc.uint8Array({maxLength: 50}), (position, offset, bytes) => {
        const {bytes: fresh, lost} = beyond(position, {offset, bytes})
        if (fresh.length > 0) expect(position + lost + fresh.length).toBe(endOf({offset, bytes}))
        else expect(lost).toBe(0)
      }),
    )
  })
})

describe('newestFrom', () => {
  it.each([
    {from: 0, to: 10, limit: 4, begins: 6},
    {from: 8, to: 10, limit: 4, begins: 8},
    {from: 0, to: 3, limit: 4, begins: 0},
  ])('keeps at most $limit bytes of [$from, $to)', ({from, to, limit, begins}) => {
    expect(newestFrom(from, to, limit)).toBe(begins)
  })
})
