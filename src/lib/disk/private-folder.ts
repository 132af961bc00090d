import {chmodSync, existsSync, mkdirSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {AssistError} from '../core/errors.ts'
import {whyNot} from '../core/system-reason.ts'

/** A folder that only its owner can enter, whatever the umask. @throws AssistError (config) */
export function makePrivateFolder(folder: string): void {
  try {
    makeAll(folder)
    const {mode, uid} = statSync(folder)
    if (process.platform !== 'win32' && uid === process.getuid?.() && (mode & 0o077) !== 0) chmodSync(folder, 0o700)
  } catch (error) {
    throw new AssistError('config', `the folder ${folder} cannot be made: ${whyNot(error)}`, {cause: error})
  }
}

/** Node says ENOENT of a read-only disk when it makes several folders at once; of the first one alone it says why. */
function makeAll(folder: string): void {
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700})
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT') mkdirSync(firstMissing(folder), {mode: 0o700})
    throw error
  }
}

function firstMissing(folder: string): string {
  const parent = dirname(folder)
  return parent === folder || existsSync(parent) ? folder : firstMissing(parent)
}
