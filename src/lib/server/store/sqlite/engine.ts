import type {SqliteDatabase} from 'kysely'
import {findNodeSqlite} from './node-sqlite.ts'

/** What runs the SQL: Node's own SQLite where it has one, which is three times as fast, else libsql. Both write the same file. */
export type Engine = (file: string) => SqliteDatabase

export async function chooseEngine(): Promise<Engine> {
  return findNodeSqlite() ?? loadLibsql()
}

/** Its native part is loaded only where it is needed. */
export async function loadLibsql(): Promise<Engine> {
  const {openLibsql} = await import('./libsql.ts')
  return openLibsql
}
