import type {SqliteDatabase, SqliteStatement} from 'kysely'

/** Queries differ by the number of values in their lists only, so there are some hundred of them at most. */
const MOST_STATEMENTS = 500

/**
 * What kysely expects of a driver, from libsql: statements are prepared once per connection (preparing took a third of a query),
 * and bytes come as Uint8Array, as every other driver has it, not as ArrayBuffer.
 */
export function withStatementCache(database: SqliteDatabase): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => {
      statements.clear()
      database.close()
    },
    prepare: (sql) => {
      const known = statements.get(sql)
      if (known) return known
      const statement = adapt(database.prepare(sql))
      if (isSchemaChange(sql)) {
        statements.clear()
        return statement
      }
      if (statements.size >= MOST_STATEMENTS) statements.clear()
      statements.set(sql, statement)
      return statement
    },
  }
}

function adapt(statement: SqliteStatement): SqliteStatement {
  const {reader} = statement
  return {
    reader,
    run: (parameters) => statement.run(parameters),
    all: (parameters) => statement.all(parameters).map(convertRow),
    iterate: (parameters) => statement.iterate(parameters),
  }
}

function isSchemaChange(sql: string): boolean {
  return /^\s*(create|alter|drop)\b/i.test(sql)
}

function convertRow(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) Reflect.set(row, name, new Uint8Array(value))
  }
  return row
}
