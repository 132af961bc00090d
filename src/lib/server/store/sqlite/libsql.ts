import type {SqliteDatabase, SqliteStatement} from 'kysely'
import Libsql from 'libsql'

export function openLibsql(file: string): SqliteDatabase {
  const database = new Libsql(file)
  return {
    close: () => database.close(),
    prepare: (sql) => adapt(database.prepare(sql)),
  }
}

/** Bytes come as Uint8Array, as every other driver has it, not as ArrayBuffer. */
function adapt(statement: SqliteStatement): SqliteStatement {
  const {reader} = statement
  return {
    reader,
    run: (parameters) => statement.run(parameters),
    all: (parameters) => statement.all(parameters).map(convertRow),
    iterate: (parameters) => statement.iterate(parameters),
  }
}

function convertRow(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) Reflect.set(row, name, new Uint8Array(value))
  }
  return row
}
