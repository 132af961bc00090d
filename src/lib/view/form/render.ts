import {escapeControls} from '../../core/quote.ts'

export const OUTPUT_FORMATS = ['table', 'text', 'json', 'ndjson', 'yaml', 'csv'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

/** A result as rows for a person. `tone` colours a cell on a terminal. */
export interface View {
  columns: readonly Column[]
  rows: ReadonlyArray<readonly Cell[]>
  /** Shown instead of an empty table, on a terminal only. */
  empty?: string
  /** One thing with many fields: a terminal shows `label  value` lines instead of one very wide row. */
  vertical?: boolean
  /** What a terminal shows instead of rows, where a cell is as long as it likes: a head line each, then the text. */
  blocks?: readonly Block[]
}

export interface Block {
  head: readonly Cell[]
  /** Lines of ours under the head, such as what is missing from the text. */
  notes: readonly string[]
  /** From elsewhere, as it came. */
  text: string
}

export interface Column {
  key: string
  label: string
  /** A terminal leaves it out where the rest fills the line; --columns brings it back. */
  isExtra?: boolean
  /** Sentences: too long ones go on below, where others are cut. */
  isProse?: boolean
}

export type Tone = 'good' | 'bad' | 'busy' | 'dim'
/**
 * `isTime`: an ISO 8601 time, which a table on a terminal shows as how long ago it was. `inTable`: what a table shows instead, where a person
 * needs something else than a script does.
 */
export type Cell = string | number | boolean | undefined | {text: string; tone?: Tone; isTime?: true; inTable?: string}

export function cellText(cell: Cell): string {
  if (cell === undefined) return ''
  return typeof cell === 'object' ? cell.text : String(cell)
}

/**
 * Rows as tab-separated values without header or colour: what `cut` and `awk` expect. Tabs, line breaks and backslashes in cells become escapes;
 * for a terminal all other control characters too.
 */
export function renderText(view: View, {isTerminal = false} = {}): string {
  const show = (cell: Cell): string => {
    const text = escapeCell(cellText(cell))
    return isTerminal ? escapeControls(text, {keepLineBreaks: false}) : text
  }
  return view.rows.map((row) => `${row.map(show).join('\t')}\n`).join('')
}

function escapeCell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}

/** RFC 4180, with a header line. Text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function renderCsv(view: View, {isTerminal = false} = {}): string {
  const field = (cell: Cell): string => {
    const text = typeof cell === 'number' ? String(cell) : cellText(cell).replace(/^[=+\-@\t\r]/, "'$&")
    return csvField(isTerminal ? escapeControls(text, {keepLineBreaks: true}) : text)
  }
  const lines = [view.columns.map((column) => column.key), ...view.rows]
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('')
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
