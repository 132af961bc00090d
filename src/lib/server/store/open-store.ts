import {existsSync} from 'node:fs'
import {join} from 'node:path'
import type {Clock} from '../../core/clock.ts'
import {AssistError} from '../../core/errors.ts'
import type {RandomBytes} from '../../core/ids.ts'
import {DATABASE_FILE, masterKeyFile, prepareDataFolder, readMasterKey} from './data-folder.ts'
import type {Database} from './database.ts'
import {checkMasterKey, isSealed} from './master-key-check.ts'
import type {Peers} from './replicas.ts'
import {createSecretBox, type SecretBox} from './secret-box.ts'
import {openSqlite} from './sqlite/open.ts'

/** Where a server keeps things. */
export interface StorePlace {
  /** Folder of the key that seals secrets, and of the database unless it is elsewhere. */
  dataDir: string
  /** Address of a database that several servers share. */
  database?: SharedDatabase | undefined
}

export interface SharedDatabase {
  address: string
  /** How many connections at most. */
  connections: number
}

export interface ServerStore {
  db: Database
  secrets: SecretBox
  /** Makes a server known to the others on the database; absent: there are no others. */
  join?(deps: {clock: Clock; replicaId: string; onChange(isLinked: boolean): void}): Promise<JoinedStore>
  close(): Promise<void>
}

export interface JoinedStore extends Peers {
  /** The time that all servers on the database go by. */
  clock: Clock
  close(): Promise<void>
}

/**
 * Opens what a server keeps, without a server: also beside a running one, as `server key create` does.
 * @throws AssistError (config) with the path and what to do.
 */
export async function openServerStore({dataDir, database}: StorePlace, randomBytes: RandomBytes): Promise<ServerStore> {
  prepareDataFolder(dataDir)
  if (database) return openShared(dataDir, database, randomBytes)
  const secrets = createSecretBox(readMasterKey(dataDir, randomBytes), randomBytes)
  const db = await openSqlite(join(dataDir, DATABASE_FILE))
  return {db, secrets, close: () => db.close()}
}

/** As openServerStore, of a database elsewhere; of the folder only the key is used. */
export async function openShared(
  dataDir: string,
  database: SharedDatabase & {isPatient?: boolean},
  randomBytes: RandomBytes,
): Promise<ServerStore> {
  // Its driver is loaded by those alone who need it.
  const [{openPostgres}, {openLink}, {parseDatabaseUrl}] = await Promise.all([
    import('./postgres/open.ts'),
    import('./postgres/link.ts'),
    import('./postgres/settings.ts'),
  ])
  const settings = parseDatabaseUrl(database.address, process.env)
  const db = await openPostgres(settings, database)
  try {
    const keyFile = masterKeyFile(dataDir)
    if (!existsSync(keyFile) && (await isSealed(db))) {
      throw new AssistError(
        'config',
        `${keyFile} is missing, without which the secrets in the database cannot be read`,
        {
          hint: 'Copy it from the data folder of another server on this database (32 bytes, mode 600).',
        },
      )
    }
    const secrets = createSecretBox(readMasterKey(dataDir, randomBytes), randomBytes)
    await checkMasterKey(db, secrets, keyFile)
    return {db, secrets, join: (deps) => openLink(settings, deps), close: () => db.close()}
  } catch (error) {
    await db.close()
    throw error
  }
}
