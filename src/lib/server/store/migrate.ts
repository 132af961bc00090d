import {type Kysely, Migrator} from 'kysely'
import {AssistError} from '../../core/errors.ts'
import {createMigrations} from './migrations.ts'

/**
 * On SQLite kysely's migrator takes no lock: of two processes that start at once, one may find tables that the other has just
 * made. It is rolled back, looks again and finds the work done.
 */
const TRIES = 3

/**
 * Brings the schema up to date; safe when several processes start at once.
 * @throws AssistError (config) when a newer version has written this database, or a migration fails.
 */
export async function migrate(db: Kysely<unknown>, engine: {blob: 'blob' | 'bytea'}): Promise<void> {
  const migrations = createMigrations(engine)
  const migrator = new Migrator({db, provider: {getMigrations: async () => migrations}})
  let error: unknown
  for (let tries = 0; tries < TRIES; tries++) {
    error = (await migrator.migrateToLatest()).error
    if (error === undefined) return
  }
  throw new AssistError(
    'config',
    `the database's schema could not be brought up to date: ${error instanceof Error ? error.message : 'unknown error'}`,
    {
      hint: 'If a newer version of assist wrote it, start that version; it is not changed.',
      cause: error,
    },
  )
}
