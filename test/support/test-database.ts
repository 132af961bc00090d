import type {Database} from '../../src/lib/server/store/database.ts'
import {openPostgres} from '../../src/lib/server/store/postgres/open.ts'
import {parseDatabaseUrl} from '../../src/lib/server/store/postgres/settings.ts'
import {openSqlite} from '../../src/lib/server/store/sqlite/open.ts'
import {createFrom} from './postgres.ts'

/** Set by the suite that runs the server's tests on PostgreSQL: address of its server, and the database that others are copies of. */
export const SERVER_VARIABLE = 'ASSIST_TEST_POSTGRES'
export const TEMPLATE = 'assist_template'

/** A shared database for a server, in a run on PostgreSQL. */
export async function sharedDatabase(): Promise<{address: string; connections: number} | undefined> {
  const server = process.env[SERVER_VARIABLE]
  return server === undefined ? undefined : {address: await createFrom(server, TEMPLATE), connections: 6}
}

/** A database with the schema and nothing in it: the file, unless this run is one on PostgreSQL. */
export async function openTestDatabase(file: string): Promise<Database> {
  const shared = await sharedDatabase()
  return shared === undefined ? openSqlite(file) : openPostgres(parseDatabaseUrl(shared.address, {}), shared)
}
