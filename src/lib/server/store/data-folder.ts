import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import type {RandomBytes} from '../../core/ids.ts'
import {whyNot} from '../../core/system-reason.ts'
import {makeFolders} from '../../disk/make-folders.ts'

export const DATABASE_FILE = 'assist.db'
/** Held by the server that runs on the folder. */
export const LOCK_FILE = 'server.lock'
const KEY_FILE = 'master.key'
const KEY_BYTES = 32

/**
 * Makes the folder mode 0700, and an existing one too if it is ours: empty, or with our database in it.
 * @throws AssistError (config) when others may look into a folder that holds something else.
 */
export function prepareDataFolder(folder: string): void {
  try {
    makeFolders(folder, 0o700)
    if (process.platform === 'win32' || (statSync(folder).mode & 0o077) === 0) return
    const files = readdirSync(folder)
    if (files.every((name) => name === LOCK_FILE) || files.includes(DATABASE_FILE)) {
      chmodSync(folder, 0o700)
      return
    }
  } catch (error) {
    throw unusable(
      `cannot use the data folder ${folder}: ${whyNot(error)}`,
      'Name a folder that belongs to you.',
      error,
    )
  }
  throw unusable(`the data folder ${folder} is open to other users and holds other files`, `Run: chmod 700 ${folder}`)
}

/**
 * Reads the key that seals access key secrets, or makes one. Two processes that start at once get the same.
 * @throws AssistError (config) when it is not 32 bytes, cannot be read, or can be read by others.
 */
export function readMasterKey(folder: string, randomBytes: RandomBytes): Uint8Array {
  const file = masterKeyFile(folder)
  try {
    createMasterKey(folder, file, randomBytes)
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      throw unusable(`${file} can be read by other users`, `Run: chmod 600 ${file}`)
    }
    const key = readFileSync(file)
    if (key.length === KEY_BYTES) return key
    throw unusable(
      `${file} must have ${KEY_BYTES} bytes, not ${key.length}`,
      'Restore it from a backup. Without it the access keys of this server cannot be used.',
    )
  } catch (error) {
    if (error instanceof AssistError) throw error
    throw unusable(`cannot use ${file}: ${whyNot(error)}`, 'It must belong to you, with mode 600.', error)
  }
}

export function masterKeyFile(folder: string): string {
  return join(folder, KEY_FILE)
}

/** Written aside and linked, so that nobody ever sees half of it and the first one stays. */
function createMasterKey(folder: string, file: string, randomBytes: RandomBytes): void {
  const files = readdirSync(folder)
  if (files.includes(KEY_FILE)) return
  if (files.includes(DATABASE_FILE)) {
    throw unusable(
      `${file} is missing, without which the access keys in ${DATABASE_FILE} beside it cannot be read`,
      `Restore it from a backup (32 bytes, mode 600). If there is none, move ${DATABASE_FILE}* away to begin anew.`,
    )
  }
  const draft = join(folder, `.${KEY_FILE}.${Buffer.from(randomBytes(8)).toString('hex')}`)
  try {
    const handle = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(handle, randomBytes(KEY_BYTES)) // goes on until all is written: a full disk takes a part without a word
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, {force: true})
  }
}

function unusable(message: string, hint: string, cause?: unknown): AssistError {
  return new AssistError('config', message, {hint, cause})
}
