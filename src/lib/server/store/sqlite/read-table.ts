import {type RawBuilder, sql} from 'kysely'
import type {Reader} from '../database.ts'

const ROWS_AT_ONCE = 200

export type AnyRow = Record<string, unknown>

/** All rows of a table, a portion at a time, in the order in which they were stored. */
export async function* readTable(db: Reader, table: string): AsyncGenerator<AnyRow[]> {
  let last: number | bigint = 0
  for (;;) {
    const {rows}: {rows: AnyRow[]} = await page(table, last).execute(db)
    if (rows.length === 0) return
    last = Number(rows.at(-1)?.row_number_here)
    yield rows.map(({row_number_here: _, ...row}) => row)
  }
}

function page(table: string, after: number): RawBuilder<AnyRow> {
  return sql<AnyRow>`select rowid as row_number_here, * from ${sql.table(table)} where rowid > ${after}
    order by rowid limit ${ROWS_AT_ONCE}`
}
