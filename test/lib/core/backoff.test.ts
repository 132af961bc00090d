import {describe, expect, it} from 'vitest'
import {backoffMs} from '../../../src/lib/core/backoff.ts'
import {createId} from '../../../src/lib/core/ids.ts'

describe('backoffMs', () => {
  const limits = {baseMs: 1000, capMs: 60_000}

  it('doubles from half the base to the cap', () => {
    expect([1, 2, 3, 7, 1000].map((attempt) => backoffMs(attempt, limits, () => 0))).toEqual([
      500, 1000, 2000, 30_000, 30_000,
    ])
  })

  it('spreads by as much again', () => {
    expect(backoffMs(7, limits, () => 0.999)).toBeGreaterThan(59_000)
  })
})

describe('createId', () => {
  it('has 20 characters of base32 behind its prefix, from the bytes given', () => {
    expect(createId('t-', (size) => new Uint8Array(size).fill(33))).toBe(`t-${'b'.repeat(20)}`)
  })
})
