import {DEFAULT_MIGRATION_TABLE, type Kysely, Migrator, type RawBuilder, sql} from 'kysely'
import {AssistError} from '../../core/errors.ts'
import type {ColumnTypes} from './migrations/0001-first.ts'
import {createMigrations} from './migrations/migrations.ts'
import type {Schema} from './schema.ts'

export interface SchemaOf extends ColumnTypes {
  /** How many changes newer than ours the schema may be: servers that share it are brought up to date one by one. */
  newerAllowed: 0 | 1
}

/**
 * Brings the schema up to date in one transaction, which `begin` opens in a way that only one server at a time gets past: one that starts
 * at the same time waits, one that is killed leaves no half a schema.
 * @throws AssistError (config) when a newer version has written this database, or a migration fails.
 */
export async function migrate(
  db: Kysely<Schema>,
  begin: readonly RawBuilder<unknown>[],
  engine: SchemaOf,
): Promise<void> {
  await db.connection().execute(async (connection) => {
    for (const statement of begin) await statement.execute(connection)
    try {
      await bringUpToDate(connection as unknown as Kysely<unknown>, engine)
      await sql`commit`.execute(connection)
    } catch (error) {
      await sql`rollback`.execute(connection).catch(() => {})
      throw error
    }
  })
}

async function bringUpToDate(db: Kysely<unknown>, engine: SchemaOf): Promise<void> {
  const migrations = createMigrations(engine)
  const ours = Object.keys(migrations)
  const newer = (await appliedMigrations(db)).filter((name) => !ours.includes(name))
  if (newer.length > engine.newerAllowed) throw notUpToDate(`it is newer than this version by ${newer.join(', ')}`)
  if (newer.length > 0) return
  const provider = {getMigrations: async () => migrations}
  const {error} = await new Migrator({db, provider, disableTransactions: true}).migrateToLatest()
  if (error !== undefined) throw notUpToDate(error instanceof Error ? error.message : 'unknown error', error)
}

async function appliedMigrations(db: Kysely<unknown>): Promise<string[]> {
  const tables = await db.introspection.getTables({withInternalKyselyTables: true})
  if (!tables.some(({name}) => name === DEFAULT_MIGRATION_TABLE)) return []
  const {rows} = await sql<{name: string}>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db)
  return rows.map(({name}) => name)
}

function notUpToDate(reason: string, cause?: unknown): AssistError {
  return new AssistError('config', `the database's schema could not be brought up to date: ${reason}`, {
    hint: 'If a newer version of assist wrote it, start that version; it is not changed.',
    cause,
  })
}
