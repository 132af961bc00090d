import {expect, it} from 'vitest'
import {counted} from '../../../src/lib/core/count.ts'

it.each([
  [0, '0 lines'],
  [1, '1 line'],
  [2, '2 lines'],
])('%i: %s', (count, text) => {
  expect(counted(count, 'line')).toBe(text)
})
