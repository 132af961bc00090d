import type {SqliteDatabase, SqliteStatement} from 'kysely'

/** As much of `node:sqlite` as is used; the types of the oldest Node that we run on do not know it. */
interface NodeSqlite {
  DatabaseSync: new (file: string) => NodeDatabase
}

interface NodeDatabase {
  prepare(sql: string): NodeStatement
  close(): void
}

interface NodeStatement {
  all(...parameters: readonly unknown[]): unknown[]
  run(...parameters: readonly unknown[]): {changes: number | bigint; lastInsertRowid: number | bigint}
  iterate(...parameters: readonly unknown[]): IterableIterator<unknown>
}

/** `undefined`: this Node has none, or only behind a flag. */
export function findNodeSqlite(): ((file: string) => SqliteDatabase) | undefined {
  const module = loadQuietly()
  return module && ((file) => adaptDatabase(new module.DatabaseSync(file)))
}

/** Loading it says on stderr that it is experimental, which is nothing that a user could do something about. */
function loadQuietly(): NodeSqlite | undefined {
  const {emitWarning} = process
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule('node:sqlite' as 'node:fs') as unknown as NodeSqlite | undefined
  } finally {
    process.emitWarning = emitWarning
  }
}

function adaptDatabase(database: NodeDatabase): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare: (sql) =>
      adaptStatement(
        sql,
        named(() => database.prepare(sql)),
      ),
  }
}

function adaptStatement(sql: string, statement: NodeStatement): SqliteStatement {
  return {
    reader: returnsRows(sql),
    run: (parameters) => named(() => statement.run(...parameters)),
    all: (parameters) => named(() => statement.all(...parameters)),
    iterate: (parameters) => statement.iterate(...parameters),
  }
}

/** Not every Node here can say which columns a statement has. Values never stand in the text, so the words are what they look like. */
function returnsRows(sql: string): boolean {
  return /^\s*(select|with|pragma|explain)\b/i.test(sql) || /\breturning\b/i.test(sql)
}

/** Primary result codes. Source: sqlite.org/rescode.html. */
const CODES: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  19: 'SQLITE_CONSTRAINT',
  26: 'SQLITE_NOTADB',
}

/** Errors carry the names that other drivers give them, by which their kind is told. */
function named<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const {errcode} = error as {errcode?: unknown}
    const code = typeof errcode === 'number' ? CODES[errcode & 0xff] : undefined
    throw code === undefined ? error : Object.assign(error as Error, {code})
  }
}
