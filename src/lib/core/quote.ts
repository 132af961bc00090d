const SHOWN_CHARACTERS = 80

/** A value as it may stand in an error line: quoted, control and bidi characters escaped, cut to 80 characters. */
export function quote(value: string): string {
  const characters = [...value]
  const cut = characters.length > SHOWN_CHARACTERS
  const shown = escapeControls(characters.slice(0, SHOWN_CHARACTERS).join(''), {keepLineBreaks: false})
  return cut ? `"${shown}…" (${characters.length} characters)` : `"${shown}"`
}

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Whether something in a text could steer a terminal, or show it in another order than it has. */
export function holdsControls(text: string): boolean {
  return text.search(CONTROLS) >= 0
}

/** Makes text from elsewhere harmless on a terminal: C0, C1, ESC and bidi overrides become visible `\x1b`-style escapes. */
export function escapeControls(text: string, options: {keepLineBreaks: boolean}): string {
  return text.replace(CONTROLS, (character) => {
    if (options.keepLineBreaks && (character === '\n' || character === '\t')) return character
    if (character === '\n') return '\\n'
    if (character === '\r') return '\\r'
    if (character === '\t') return '\\t'
    const code = character.charCodeAt(0)
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
