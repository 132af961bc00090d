import {describe, expect, it} from 'vitest'
import {formatDuration, parseDuration} from '../../../src/lib/core/duration.ts'

const range = {minMs: 1000, maxMs: 3_600_000}

describe('parseDuration', () => {
  it.each([
    {name: 'seconds', text: '90s', ms: 90_000},
    {name: 'minutes', text: '5m', ms: 300_000},
    {name: 'milliseconds', text: '1500ms', ms: 1500},
    {name: 'a bare number as seconds', text: '90', ms: 90_000},
    {name: 'the upper limit', text: '1h', ms: 3_600_000},
  ])('reads $name', ({text, ms}) => {
    expect(parseDuration(text, '--timeout', range)).toBe(ms)
  })

  it.each(['s', '-5s', '1e9s', '0x10s', 'NaN', '5 s', '1.5m', ''])(
    'refuses %j, naming the flag and what was given',
    (text) => {
      expect(() => parseDuration(text, '--timeout', range)).toThrow(
        /--timeout must be a number of seconds, or one with a unit.*given: "/,
      )
    },
  )

  it.each(['999ms', '61m', '999999999d'])('refuses %j, naming the range', (text) => {
    expect(() => parseDuration(text, '--timeout', range)).toThrow('--timeout must be between 1s and 1h')
  })

  it('is undone by formatDuration', () => {
    for (const text of ['1s', '90s', '2m', '61m', '1h', '1500ms']) {
      expect(formatDuration(parseDuration(text, 'x', {minMs: 0, maxMs: 1e9}))).toBe(text)
    }
  })
})
