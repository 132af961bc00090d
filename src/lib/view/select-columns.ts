import {AssistError} from '../core/errors.ts'
import {quote} from '../core/quote.ts'
import type {View} from './render.ts'

/** Keeps the named columns, in the order given. @throws AssistError (usage) naming the columns there are. */
export function selectColumns(view: View, names: string | undefined): View {
  if (names === undefined) return view
  const indexes = names.split(',').map((name) => {
    const wanted = name.trim().toLowerCase()
    const index = view.columns.findIndex(
      (column) => column.key.toLowerCase() === wanted || column.label.toLowerCase() === wanted,
    )
    if (index < 0) {
      throw new AssistError('usage', `--columns: there is no column ${quote(name)}`, {
        hint: `Columns: ${view.columns.map((column) => column.key).join(', ')}`,
      })
    }
    return index
  })
  return {
    ...view,
    columns: indexes.flatMap((index) => view.columns[index] ?? []),
    rows: view.rows.map((row) => indexes.map((index) => row[index])),
  }
}
