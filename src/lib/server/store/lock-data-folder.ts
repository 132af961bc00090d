import {join} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import {takeLock} from '../../disk/lock.ts'
import {LOCK_FILE} from './data-folder.ts'

/**
 * What a server in memory knows, as who is connected, holds for one process only; so there is one per folder with a database.
 * @throws AssistError (config) when there is one.
 */
export function lockDataFolder(dataDir: string): {release(): void} {
  const lock = takeLock(join(dataDir, LOCK_FILE))
  if (lock) return lock
  throw new AssistError('config', `another server runs on the data folder ${dataDir}`, {
    hint: 'Stop that one first, or give this one a data folder of its own.',
  })
}
