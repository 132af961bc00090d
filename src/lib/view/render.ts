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
}

export interface Column {
  key: string
  label: string
}

export type Tone = 'good' | 'bad' | 'busy' | 'dim'
export type Cell = string | number | boolean | undefined | {text: string; tone: Tone}

export function cellText(cell: Cell): string {
  if (cell === undefined) return ''
  return typeof cell === 'object' ? cell.text : String(cell)
}

/** Rows as tab-separated values without header or colour: what `cut` and `awk` expect. Tabs and line breaks in cells become escapes. */
export function renderText(view: View): string {
  return view.rows.map((row) => `${row.map((cell) => escapeCell(cellText(cell))).join('\t')}\n`).join('')
}

function escapeCell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}

/** RFC 4180, with a header line. */
export function renderCsv(view: View): string {
  const lines = [view.columns.map((column) => column.key), ...view.rows.map((row) => row.map(cellText))]
  return lines.map((line) => `${line.map(csvField).join(',')}\r\n`).join('')
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
