import {escapeControls} from '../../core/quote.ts'

export const RESET = '\x1b[0m'

const COLORS = /(\x1b\[[0-9;:]*m|\r)/

/**
 * Text of a script for a terminal: colours and carriage returns do no harm there and stay, all that could move the cursor elsewhere, set a title
 * or fill a clipboard becomes visible. Without `colors` they become visible too, for terminals that know none.
 */
export function forTerminal(text: string, {colors}: {colors: boolean}): string {
  if (!colors) return escapeControls(text.replaceAll('\r\n', '\n'), {keepLineBreaks: true})
  return text
    .split(COLORS)
    .map((part, index) => (index % 2 === 1 ? part : escapeControls(part, {keepLineBreaks: true})))
    .join('')
}

/** How many characters at the end may be the beginning of a colour, or of a line break. */
export function unfinished(text: string): number {
  return /(?:\x1b(?:\[[0-9;:]{0,32})?|\r)$/.exec(text)?.[0].length ?? 0
}
