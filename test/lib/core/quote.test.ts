import {describe, expect, it} from 'vitest'
import {escapeControls, quote} from '../../../src/lib/core/quote.ts'

describe('quote', () => {
  it('cuts at 80 characters, not in the middle of one, and says how many there were', () => {
    expect(quote('汉'.repeat(81))).toBe(`"${'汉'.repeat(80)}…" (81 characters)`)
    expect(quote('😀'.repeat(80))).toBe(`"${'😀'.repeat(80)}"`)
  })

  it('shows control characters instead of sending them', () => {
    expect(quote('a\u001b[31mb\r\n\t\u202e')).toBe('"a\\x1b[31mb\\r\\n\\t\\u202e"')
  })
})

describe('escapeControls', () => {
  it('leaves line breaks, tabs and text of every script alone when asked to', () => {
    expect(escapeControls('汉字\tä\n😀', {keepLineBreaks: true})).toBe('汉字\tä\n😀')
  })

  it('makes C1 controls and carriage returns visible', () => {
    expect(escapeControls('\u009b31m\r', {keepLineBreaks: true})).toBe('\\x9b31m\\r')
  })
})
