import type {View} from './form/render.ts'

export function movedTablesView(tables: ReadonlyArray<{table: string; rows: number}>): View {
  return {
    columns: [
      {key: 'table', label: 'Table'},
      {key: 'rows', label: 'Rows'},
    ],
    rows: tables.map(({table, rows}) => [table, String(rows)]),
    empty: 'There was nothing to move.',
  }
}
