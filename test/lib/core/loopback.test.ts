import {describe, expect, it} from 'vitest'
import {isLoopback} from '../../../src/lib/core/loopback.ts'

describe('isLoopback', () => {
  it.each([
    ...['localhost', 'LOCALHOST', 'localhost.', '127.0.0.1', '127.255.0.9', '::1', '[::1]', '0:0:0:0:0:0:0:1'],
    ...['::ffff:127.0.0.1', '[::ffff:7f00:1]'],
  ])('knows %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each([
    ...[
      'localhost.evil.com',
      'localhosts',
      '127.0.0.1.evil.com',
      '127.evil.com',
      '127.0.0.256',
      '127.0.0',
      '0127.0.0.1',
    ],
    ...[
      '::',
      '::2',
      '1::1',
      '[::11]',
      '::ffff:10.0.0.1',
      '[::ffff:a00:1]',
      '10.0.0.1',
      '0.0.0.0',
      '',
      'evil.localhost',
    ],
  ])('does not take %j for this machine', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})
