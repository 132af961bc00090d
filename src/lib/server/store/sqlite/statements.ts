import type {SqliteDatabase, SqliteStatement} from 'kysely'

/** Queries differ by the number of values in their lists only, so there are some hundred of them at most. */
const MOST_STATEMENTS = 500

/** Statements are prepared once per connection: preparing took a third of a query. */
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
      const statement = database.prepare(sql)
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

function isSchemaChange(sql: string): boolean {
  return /^\s*(create|alter|drop)\b/i.test(sql)
}
