/** A part of a help page. Paragraphs are filled; lines stay as they are, so that they can be copied; rows are a name and what it is. */
export interface Section {
  title?: string
  paragraphs?: readonly string[]
  lines?: readonly string[]
  rows?: ReadonlyArray<readonly [name: string, text: string]>
}

export interface Surface {
  /** Characters in a line. */
  width: number
  color: boolean
}

const INDENT = 2
const GAP = 2
const NARROWEST_TEXT = 24

/** The page as text that ends in a line break. */
export function layOut(sections: readonly Section[], surface: Surface): string {
  const shown = sections.filter(({paragraphs, lines, rows}) => [paragraphs, lines, rows].some((part) => part?.length))
  return `${shown.map((section) => layOutOne(section, surface).join('\n')).join('\n\n')}\n`
}

function layOutOne({title, paragraphs = [], lines = [], rows = []}: Section, {width, color}: Surface): string[] {
  const indent = title === undefined ? 0 : INDENT
  const body = [
    ...paragraphs.flatMap((text) => fill(text, width - indent)),
    ...lines.flatMap((line) => line.split('\n')),
    ...layOutRows(rows, width - indent),
  ].map((line) => ' '.repeat(indent) + line)
  return title === undefined ? body : [color ? `\x1b[1m${title}\x1b[22m` : title, ...body]
}

/** Two columns, or one above the other where the second would be too narrow. */
function layOutRows(rows: ReadonlyArray<readonly [string, string]>, width: number): string[] {
  const most = Math.max(NARROWEST_TEXT, Math.floor(width * 0.45))
  const left = Math.max(0, ...rows.map(([name]) => name.length).filter((length) => length <= most)) + GAP
  const isNarrow = width - left < NARROWEST_TEXT
  return rows.flatMap(([name, text]) => {
    if (isNarrow) return [name, ...fill(text, width - 2 * GAP).map((line) => ' '.repeat(2 * GAP) + line)]
    const [first = '', ...more] = fill(text, width - left)
    const hanging = (line: string): string => ' '.repeat(left) + line
    if (name.length + GAP > left) return [name, ...[first, ...more].map(hanging)]
    return [(name.padEnd(left) + first).trimEnd(), ...more.map(hanging)]
  })
}

/** Lines of at most `width` characters, but for words that are longer. */
function fill(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    return [...lines, line]
  })
}
