import {describe, expect, it} from 'vitest'
import {createAttempts} from '../../../../src/lib/server/rules/attempts.ts'
import {createRoom} from '../../../../src/lib/server/rules/room.ts'

describe('createAttempts', () => {
  it('lets a name fail so often, then makes it wait for each try, and forgets in time', () => {
    const attempts = createAttempts({burst: 3, everyMs: 1000})
    const told = [attempts.failed('a', 0), attempts.failed('a', 0), attempts.failed('a', 0)]
    expect(told).toEqual([
      {isFirst: true, isLast: false},
      {isFirst: false, isLast: false},
      {isFirst: false, isLast: true},
    ])
    expect([attempts.waitMs('a', 0), attempts.waitMs('a', 400), attempts.waitMs('a', 1000)]).toEqual([1000, 600, 0])
    expect(attempts.waitMs('b', 0)).toBe(0)
    expect(attempts.failed('a', 1_000_000)).toEqual({isFirst: true, isLast: false})
  })

  it('keeps no more than so many names', () => {
    const attempts = createAttempts({burst: 1, everyMs: 1000})
    for (let i = 0; i <= 10_000; i += 1) attempts.failed(`name ${i}`, 0)
    expect([attempts.waitMs('name 0', 0), attempts.waitMs('name 1', 0)]).toEqual([0, 1000])
  })
})

describe('createRoom', () => {
  it('gives each source its share, all of them no more than there is, and takes back', () => {
    const room = createRoom({perSourceBytes: 10, totalBytes: 15})
    expect([room.take('a', 10), room.take('a', 1), room.take('b', 5), room.take('b', 1)]).toEqual([
      true,
      false,
      true,
      false,
    ])
    room.giveBack('a', 4)
    expect([room.take('b', 4), room.take('a', 1)]).toEqual([true, false])
  })
})
