import {chmodSync, statSync} from 'node:fs'
import {AssistError} from '../core/errors.ts'
import {whyNot} from '../core/system-reason.ts'
import {makeFolders} from './make-folders.ts'

/** A folder that only its owner can enter, whatever the umask. @throws AssistError (config) */
export function makePrivateFolder(folder: string): void {
  try {
    makeFolders(folder, 0o700)
    const {mode, uid} = statSync(folder)
    if (process.platform !== 'win32' && uid === process.getuid?.() && (mode & 0o077) !== 0) chmodSync(folder, 0o700)
  } catch (error) {
    throw new AssistError('config', `the folder ${folder} cannot be made: ${whyNot(error)}`, {cause: error})
  }
}
