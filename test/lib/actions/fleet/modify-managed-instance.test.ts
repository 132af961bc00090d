import {describe, expect, it} from 'vitest'
import {parseInstanceName} from '../../../../src/lib/actions/fleet/modify-managed-instance.ts'

describe('the name of an instance', () => {
  it.each(['ab', 'web-1', `w${'x'.repeat(127)}`, 'A.b_c:d'])('may be %s', (name) => {
    expect(parseInstanceName(name)).toBe(name)
  })

  it.each(['', 'a', '1web', 'a b', 'http://x', `w${'x'.repeat(128)}`, '名字'])('may not be %s', (name) => {
    expect(() => parseInstanceName(name)).toThrow('--name takes 2 to 128')
  })
})
