import type {SqliteDatabase} from 'kysely'

/** libsql hands bytes back as ArrayBuffer; every other driver, and all of our types, say Uint8Array. */
export function withUint8Arrays(database: SqliteDatabase): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const statement = database.prepare(sql)
      return {
        reader: statement.reader,
        run: (parameters) => statement.run(parameters),
        all: (parameters) => statement.all(parameters).map(convertRow),
        iterate: (parameters) => statement.iterate(parameters),
      }
    },
  }
}

function convertRow(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) Reflect.set(row, name, new Uint8Array(value))
  }
  return row
}
