import {join} from 'node:path'
import type {RandomBytes} from '../../core/ids.ts'
import {DATABASE_FILE, prepareDataFolder, readMasterKey} from './data-folder.ts'
import type {Database} from './database.ts'
import {createSecretBox, type SecretBox} from './secret-box.ts'
import {openSqlite} from './sqlite/open.ts'

export interface ServerStore {
  db: Database
  secrets: SecretBox
  close(): Promise<void>
}

/**
 * Opens what a server keeps, without a server: also beside a running one, as `server key create` does.
 * @throws AssistError (config) with the path and what to do.
 */
export async function openServerStore(dataDir: string, randomBytes: RandomBytes): Promise<ServerStore> {
  prepareDataFolder(dataDir)
  const secrets = createSecretBox(readMasterKey(dataDir, randomBytes), randomBytes)
  const db = await openSqlite(join(dataDir, DATABASE_FILE))
  return {db, secrets, close: () => db.close()}
}
