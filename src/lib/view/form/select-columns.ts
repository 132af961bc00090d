import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import type {Column, View} from './render.ts'

/** Keeps the named columns, in the order given. @throws AssistError (usage) naming the columns there are. */
export function selectColumns(view: View, names: string | undefined): View {
  if (names === undefined) return view
  const indexes = findColumns(view.columns, names)
  const {blocks: _, ...rest} = view
  return {
    ...rest,
    columns: indexes.flatMap((index) => ({...view.columns[index], isExtra: false}) as Column),
    rows: view.rows.map((row) => indexes.map((index) => row[index])),
  }
}

/** Where each named column stands. @throws AssistError (usage) naming the columns there are. */
export function findColumns(columns: readonly Column[], names: string): number[] {
  return names.split(',').map((name) => {
    const wanted = name.trim().toLowerCase()
    const index = columns.findIndex(({key, label}) => key.toLowerCase() === wanted || label.toLowerCase() === wanted)
    if (index >= 0) return index
    throw new AssistError('usage', `--columns: there is no column ${quote(name)}`, {
      hint: `Columns: ${columns.map((column) => column.key).join(', ')}`,
    })
  })
}
