import {type Kysely, Migrator} from 'kysely'
import {AssistError} from '../../core/errors.ts'
import {createMigrations} from './migrations/migrations.ts'

/**
 * Brings the schema up to date. The caller sees to it that nobody else does so at the same time and that a half-done migration is
 * undone: on SQLite, kysely's migrator does neither.
 * @throws AssistError (config) when a newer version has written this database, or a migration fails.
 */
export async function migrate(db: Kysely<unknown>, engine: {blob: 'blob' | 'bytea'}): Promise<void> {
  const migrations = createMigrations(engine)
  const migrator = new Migrator({db, provider: {getMigrations: async () => migrations}})
  const {error} = await migrator.migrateToLatest()
  if (error === undefined) return
  throw new AssistError(
    'config',
    `the database's schema could not be brought up to date: ${error instanceof Error ? error.message : 'unknown error'}`,
    {
      hint: 'If a newer version of assist wrote it, start that version; it is not changed.',
      cause: error,
    },
  )
}
