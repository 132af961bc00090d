import type {Database} from '../../src/lib/server/store/database.ts'
import {openPostgres} from '../../src/lib/server/store/postgres/open.ts'
import {parseDatabaseUrl} from '../../src/lib/server/store/postgres/settings.ts'
import {openSqlite} from '../../src/lib/server/store/sqlite/open.ts'
import {createFrom} from './postgres.ts'

/** Set by the suite that runs the server's tests on PostgreSQL: address of its server, and the database that others are copies of. */
export const SERVER_VARIABLE = 'ASSIST_TEST_POSTGRES'
export const TEMPLATE = 'assist_template'

/** A database with the schema and nothing in it: the file, unless this run is one on PostgreSQL. */
export async function openTestDatabase(file: string): Promise<Database> {
  const server = process.env[SERVER_VARIABLE]
  if (server === undefined) return openSqlite(file)
  const address = await createFrom(server, TEMPLATE)
  return openPostgres(parseDatabaseUrl(address, {}), {connections: 4})
}
