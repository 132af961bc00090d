import {chmodSync, closeSync, openSync} from 'node:fs'
import {dirname} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {Kysely, type SqliteDatabase, sql} from 'kysely'
import {AssistError} from '../../../core/errors.ts'
import {makeFolders} from '../../../disk/make-folders.ts'
import type {Database} from '../database.ts'
import {migrate} from '../migrate.ts'
import type {Schema} from '../schema.ts'
import {OneWriterDialect} from './dialect.ts'
import {chooseEngine, type Engine} from './engine.ts'
import {createGroupCommit} from './group-commit.ts'
import {withStatementCache} from './statements.ts'

/**
 * Opens (and creates) the database file, mode 0600. WAL with synchronous=FULL: a commit that was acknowledged survives a power cut.
 * Reads and writes have connections of their own, so that a read never sees an unfinished group of writes.
 * @throws AssistError (config) when the file is not a usable database.
 */
export async function openSqlite(file: string, engine?: Engine): Promise<Database> {
  try {
    const open = engine ?? (await chooseEngine())
    makeFolders(dirname(file), 0o700)
    closeSync(openSync(file, 'a', 0o600))
    chmodSync(file, 0o600)
    const writer = await connect(open(file))
    await migrate(writer, [sql`begin exclusive`], {blob: 'blob', text: 'text', newerAllowed: 0})
    const reader = await connect(open(file))
    const group = createGroupCommit(writer)
    return {
      read: reader,
      write: group.write,
      close: async () => {
        await group.idle()
        await reader.destroy()
        await writer.destroy()
      },
    }
  } catch (error) {
    if (error instanceof AssistError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError('config', `cannot open the database ${file}: ${reason}`, {
      hint: 'Check that the path is a database of assist, that it belongs to you and that the disk is not full.',
      cause: error,
    })
  }
}

const BUSY_MS = 5000
const BUSY_RETRY_MS = 10

async function connect(database: SqliteDatabase): Promise<Kysely<Schema>> {
  database.prepare(`pragma busy_timeout = ${BUSY_MS}`).all([])
  // SQLite does not wait by itself where another process is making the same change of a new file.
  await unlessBusy(() => database.prepare('pragma journal_mode = WAL').all([]))
  for (const pragma of ['synchronous = FULL', 'foreign_keys = ON']) database.prepare(`pragma ${pragma}`).all([])
  return new Kysely<Schema>({dialect: new OneWriterDialect({database: withStatementCache(database)})})
}

async function unlessBusy(work: () => void): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += BUSY_RETRY_MS) {
    try {
      return work()
    } catch (error) {
      if ((error as {code?: unknown}).code !== 'SQLITE_BUSY' || waitedMs >= BUSY_MS) throw error
    }
    await sleep(BUSY_RETRY_MS)
  }
}
