import {chmodSync, mkdirSync, statSync} from 'node:fs'
import {AssistError} from '../core/errors.ts'

/** A folder that only its owner can enter, whatever the umask. @throws AssistError (config) */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700})
    const {mode, uid} = statSync(folder)
    if (process.platform !== 'win32' && uid === process.getuid?.() && (mode & 0o077) !== 0) chmodSync(folder, 0o700)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new AssistError('config', `the folder ${folder} cannot be made (${code})`, {cause: error})
  }
}
