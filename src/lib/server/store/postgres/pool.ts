import type {PostgresPool, PostgresPoolClient} from 'kysely'
import pg from 'pg'
import {endsSession, toFailure} from './failure.ts'
import type {DatabaseSettings} from './settings.ts'

/** For a free connection, or a new one. */
const CONNECT_MS = 4000
/** A query that takes longer is given up: ours take milliseconds, and a caller waits. */
const QUERY_MS = 8000
const IDLE_MS = 60_000
const BIGINT = 20

/** What every connection has in common, also those that are no part of a pool. */
export function connectionConfig(settings: DatabaseSettings): pg.ClientConfig {
  const {place: _, ...config} = settings
  return {
    ...config,
    application_name: 'assist',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    types: {getTypeParser: (id: number, format?: 'text' | 'binary') => parserOf(id, format)} as pg.CustomTypesConfig,
  }
}

const IMPATIENT: pg.ClientConfig = {
  query_timeout: QUERY_MS,
  // The database gives up a little earlier, and says why.
  statement_timeout: QUERY_MS - 1000,
  lock_timeout: QUERY_MS - 3000,
  idle_in_transaction_session_timeout: 2 * QUERY_MS,
}

/**
 * At most `most` connections, for queries that are short, or, where `isPatient`, for those that may take their time. What a query says when
 * it fails may be logged.
 */
export function createPool(
  settings: DatabaseSettings,
  {most, isPatient}: {most: number; isPatient: boolean},
): PostgresPool {
  const pool = new pg.Pool({
    ...connectionConfig(settings),
    ...(!isPatient && IMPATIENT),
    max: most,
    idleTimeoutMillis: IDLE_MS,
  })
  // An idle connection that breaks is replaced when the next one is needed.
  pool.on('error', () => {})
  // One that breaks in use makes its query fail, and says so once more.
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    connect: async () => {
      try {
        return wrap(await pool.connect())
      } catch (error) {
        throw toFailure(error)
      }
    },
    end: () => pool.end(),
  }
}

function wrap(client: pg.PoolClient): PostgresPoolClient {
  let isBroken = false
  async function query(sql: string, parameters: readonly unknown[]) {
    try {
      return await client.query(sql, parameters.map(toParameter))
    } catch (error) {
      const failure = toFailure(error)
      isBroken ||= endsSession(failure)
      throw failure
    }
  }
  // Nobody here reads by cursor.
  return {query, release: () => client.release(isBroken)} as unknown as PostgresPoolClient
}

/** Text of this engine cannot hold NUL; what people may store has none, and what agents say is shown with the sign for "unreadable". */
function toParameter(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}

/** Our whole numbers are times and counts, far below 2^53. */
function parserOf(id: number, format?: 'text' | 'binary') {
  return id === BIGINT ? Number : pg.types.getTypeParser(id, format)
}
