import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {sql} from 'kysely'
import {counted} from '../../core/count.ts'
import {AssistError} from '../../core/errors.ts'
import type {RandomBytes} from '../../core/ids.ts'
import {DATABASE_FILE, prepareDataFolder} from './data-folder.ts'
import type {Reader, Tx} from './database.ts'
import {lockDataFolder} from './lock-data-folder.ts'
import {openShared, type SharedDatabase} from './open-store.ts'
import {openSqlite} from './sqlite/open.ts'
import {type AnyRow, readTable} from './sqlite/read-table.ts'

export interface MovedTable {
  table: string
  rows: number
}

/** What belongs to the servers on a database and not to what they serve. */
const OWN = ['replicas', 'channels', 'facts']
/** Written by a server that has only been started. */
const WRITTEN_BY_STARTING = ['marks']

/**
 * Copies what is in the database of a folder, on which no server may run, into an empty shared one: all of it, or nothing. The folder is
 * left as it is, and its master key is the one by which the secrets there are sealed.
 * @throws AssistError (config) when there is nothing to move, or the target is not empty.
 */
export async function moveStore(
  {dataDir, to}: {dataDir: string; to: SharedDatabase},
  randomBytes: RandomBytes,
): Promise<MovedTable[]> {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) {
    throw new AssistError('config', `there is no database ${file}`, {
      hint: 'Name the folder of the server: --data-dir.',
    })
  }
  prepareDataFolder(dataDir)
  const lock = lockDataFolder(dataDir)
  try {
    const source = await openSqlite(file)
    try {
      const target = await openShared(dataDir, {...to, isPatient: true}, randomBytes)
      try {
        return await target.db.write((tx) => copyAll(source.read, tx))
      } finally {
        await target.close()
      }
    } finally {
      await source.close()
    }
  } finally {
    lock.release()
  }
}

async function copyAll(source: Reader, target: Tx): Promise<MovedTable[]> {
  const tables = (await source.introspection.getTables()).map(({name}) => name).filter((name) => !OWN.includes(name))
  for (const table of tables) {
    if (WRITTEN_BY_STARTING.includes(table)) await sql`delete from ${sql.table(table)}`.execute(target)
    const rows = await countRows(target, table)
    if (rows > 0) {
      throw new AssistError(
        'config',
        `the database to move to is not empty: it has ${counted(rows, 'row')} of ${table}`,
        {
          hint: 'Nothing was changed. Move into a new database, or delete what is in this one.',
        },
      )
    }
  }
  const moved: MovedTable[] = []
  for (const table of tables) moved.push({table, rows: await copyTable(source, target, table)})
  return moved
}

/** @throws AssistError (bug) when less has arrived than there was. */
async function copyTable(source: Reader, target: Tx, table: string): Promise<number> {
  for await (const rows of readTable(source, table)) await insert(target, table, rows)
  const [had, has] = [await countRows(source, table), await countRows(target, table)]
  if (had === has) return has
  throw new AssistError('bug', `${table} has ${had} rows and ${has} of them arrived; nothing was moved`)
}

async function insert(target: Tx, table: string, rows: readonly AnyRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`)
  await sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
    values ${sql.join(values)}`.execute(target)
}

async function countRows(db: Reader, table: string): Promise<number> {
  const {rows} = await sql<{n: number}>`select count(*) as n from ${sql.table(table)}`.execute(db)
  return Number(rows[0]?.n)
}
