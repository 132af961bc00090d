import {Kysely, PostgresDialect, sql} from 'kysely'
import {AssistError} from '../../../core/errors.ts'
import type {Database} from '../database.ts'
import {migrate} from '../migrate.ts'
import type {Schema} from '../schema.ts'
import {ADVISORY_LOCKS} from './advisory-locks.ts'
import {createPool} from './pool.ts'
import type {DatabaseSettings} from './settings.ts'
import {createTransactions} from './transactions.ts'

/** Versions below lack what we need to notice a replica that hangs. */
const OLDEST_VERSION = 14

export interface PostgresOptions {
  /** How many at most. */
  connections: number
  /** Queries may take their time; else those that take longer than a caller waits are given up. */
  isPatient?: boolean
}

/**
 * Opens a PostgreSQL database and brings its schema up to date. Reads and writes have connections of their own, so that neither keeps
 * the other waiting.
 * @throws AssistError (config) when it cannot be reached, or would lose what it said is stored.
 */
export async function openPostgres(settings: DatabaseSettings, options: PostgresOptions): Promise<Database> {
  await prepare(settings)
  const {connections, isPatient = false} = options
  const readers = Math.max(1, Math.floor(connections / 2))
  const reader = connect(settings, {most: readers, isPatient})
  const writer = connect(settings, {most: Math.max(1, connections - readers), isPatient})
  return {
    read: reader,
    write: createTransactions(writer),
    close: async () => {
      await Promise.all([reader.destroy(), writer.destroy()])
    },
  }
}

async function prepare(settings: DatabaseSettings): Promise<void> {
  const db = connect(settings, {most: 1, isPatient: true})
  try {
    await checkServer(db)
    const begin = [sql`begin`, sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.migration})`]
    await migrate(db, begin, {blob: 'bytea', text: 'text collate "C"', newerAllowed: 1})
  } catch (error) {
    if (error instanceof AssistError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError('config', `cannot open the database ${settings.place}: ${reason}`, {
      hint: 'Check its address, the user and password, and that it takes connections from here.',
      cause: error,
    })
  } finally {
    await db.destroy()
  }
}

function connect(settings: DatabaseSettings, pool: {most: number; isPatient: boolean}): Kysely<Schema> {
  return new Kysely<Schema>({dialect: new PostgresDialect({pool: createPool(settings, pool)})})
}

/** What was acknowledged must survive a power cut; text must be what we think it is. */
async function checkServer(db: Kysely<Schema>): Promise<void> {
  const {rows} = await sql<Record<'version' | 'fsync' | 'synchronous_commit' | 'encoding', string>>`select
    current_setting('server_version_num') as version, current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous_commit, current_setting('server_encoding') as encoding`.execute(
    db,
  )
  const [server] = rows
  const version = Math.floor(Number(server?.version) / 10_000)
  if (version < OLDEST_VERSION) {
    throw unfit(`is PostgreSQL ${version}`, `PostgreSQL ${OLDEST_VERSION} or newer is needed.`)
  }
  if (server?.fsync !== 'on') throw unfit('has fsync off', 'Switch it on: a power cut would lose what was accepted.')
  if (server.synchronous_commit === 'off') {
    throw unfit(
      'has synchronous_commit off',
      'Switch it on, for this user at least: a crash would lose what was accepted.',
    )
  }
  if (server.encoding !== 'UTF8') throw unfit(`has the encoding ${server.encoding}`, 'Create it with encoding UTF8.')
}

function unfit(what: string, hint: string): AssistError {
  return new AssistError('config', `the database ${what}`, {hint})
}
