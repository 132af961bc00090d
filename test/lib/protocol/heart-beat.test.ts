import {describe, expect, it} from 'vitest'
import {spreadMs} from '../../../src/lib/core/backoff.ts'
import {decodeSpread, reconnectSpreadMs} from '../../../src/lib/protocol/agent/heart-beat.ts'

describe('reconnectSpreadMs', () => {
  it.each([
    {agents: 0, ms: 1000},
    {agents: 1, ms: 1000},
    {agents: 1000, ms: 6000},
    {agents: 5000, ms: 30_000},
    {agents: 100_000, ms: 60_000},
  ])('lets $agents agents come back over $ms ms', ({agents, ms}) => {
    expect(reconnectSpreadMs(agents)).toBe(ms)
  })

  it('spreads a fleet evenly from the first moment to the last', () => {
    const pauses = Array.from({length: 99}, (_, n) => spreadMs(1, {baseMs: 30_000, capMs: 60_000}, () => n / 99))
    const perThird = [0, 1, 2].map((third) => pauses.filter((ms) => Math.floor(ms / 10_000) === third).length)
    expect(perThird).toEqual([33, 33, 33])
  })
})

describe('decodeSpread', () => {
  it.each([
    {said: 5000, is: 5000},
    {said: 1, is: 1000},
    {said: 1e9, is: 60_000},
    {said: '5000', is: undefined},
    {said: Number.NaN, is: undefined},
    {said: undefined, is: undefined},
  ])('takes $said for $is', ({said, is}) => {
    expect(decodeSpread(said)).toBe(is)
  })
})
