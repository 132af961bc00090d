import {type Cell, cellText, type View} from './render.ts'

/**
 * Rows of what a query found: of a list its items, of anything else itself. Fields of objects are columns, items of lists are cells.
 * Undefined when it is plain values only, which need no table.
 */
export function queryView(value: unknown): View | undefined {
  const items = Array.isArray(value) ? value : [value]
  if (items.some(isRecord)) {
    const keys = [...new Set(items.flatMap((item) => (isRecord(item) ? Object.keys(item) : [])))]
    return {
      columns: keys.map((key) => ({key, label: key})),
      rows: items.map((item) =>
        keys.map((key, index) => queryCell(isRecord(item) ? item[key] : index === 0 ? item : undefined)),
      ),
      vertical: !Array.isArray(value),
      empty: 'Nothing was found.',
    }
  }
  if (!items.some((item) => Array.isArray(item))) return undefined
  const rows = items.map((item) => (Array.isArray(item) ? item.map(queryCell) : [queryCell(item)]))
  const count = Math.max(...rows.map((row) => row.length))
  const columns = Array.from({length: count}, (_, index) => ({key: String(index + 1), label: String(index + 1)}))
  return {columns, rows: rows.map((row) => columns.map((_, index) => row[index])), empty: 'Nothing was found.'}
}

/** One column, for CSV, which has a header line in any case. */
export function plainView(value: unknown): View {
  const items = Array.isArray(value) ? value : [value]
  return {columns: [{key: 'value', label: 'value'}], rows: items.map((item) => [queryCell(item)])}
}

/** Plain values, one a line and bare, for a script to pick up. */
export function plainLines(value: unknown): string {
  const items = Array.isArray(value) ? value : [value]
  return items.map((item) => `${cellText(queryCell(item))}\n`).join('')
}

function queryCell(value: unknown): Cell {
  if (value === null || value === undefined || value === false) return value === false ? 'false' : undefined
  if (typeof value === 'object') return JSON.stringify(value)
  return typeof value === 'number' ? value : String(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
