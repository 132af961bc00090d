import {describe, expect, it} from 'vitest'
import {
  base64Bytes,
  decodeScript,
  encodeScript,
  fitsAsBase64,
  MOST_SCRIPT_BYTES,
} from '../../../src/lib/protocol/script-content.ts'

describe('the size of a script', () => {
  it.each(['', 'a', 'ab', 'abc', 'abcd', 'ä€😀'])('is that of its Base64: %j', (script) => {
    expect(base64Bytes(script)).toBe(encodeScript(script).length)
  })

  it('may be 18432 bytes and no more', () => {
    expect(MOST_SCRIPT_BYTES).toBe(18_432)
    expect(fitsAsBase64('x'.repeat(MOST_SCRIPT_BYTES))).toBe(true)
    expect(fitsAsBase64('x'.repeat(MOST_SCRIPT_BYTES + 1))).toBe(false)
  })
})

describe('decodeScript', () => {
  it.each(['echo hi', '\ufeffecho', 'ä€😀\r\n', ''])('gives back what was encoded: %j', (script) => {
    expect(decodeScript(encodeScript(script))).toEqual({script})
  })

  it('passes over line breaks', () => {
    expect(decodeScript('ZWNo\r\nbyBo\naQ==\n')).toEqual({script: 'echo hi'})
  })

  it.each([
    {name: 'a blank in place of +', encoded: '4pyT ZQ==', not: 'Base64'},
    {name: 'a lost character', encoded: 'ZWNobyBoa', not: 'Base64'},
    {name: 'lost padding', encoded: 'ZWNobyBoaQ', not: 'Base64'},
    {name: 'bits that nothing reads', encoded: 'ZWNobyBoaR==', not: 'Base64'},
    {name: 'the alphabet of URLs', encoded: '4pyT_w==', not: 'Base64'},
    {name: 'plain text', encoded: 'echo hi', not: 'Base64'},
    {name: 'bytes that are no text', encoded: '/w==', not: 'UTF-8'},
    {name: 'half a character', encoded: '4pw=', not: 'UTF-8'},
  ])('refuses $name', ({encoded, not}) => {
    expect(decodeScript(encoded)).toEqual({not})
  })
})
