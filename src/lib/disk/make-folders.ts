import {mkdirSync, statSync} from 'node:fs'
import {dirname, resolve} from 'node:path'

/**
 * Makes a folder and all that is missing above it. Node's own recursive way never returns where the kernel takes no folders and calls
 * that ENOENT, as below /proc, and says ENOENT of a read-only disk. @throws a system error
 */
export function makeFolders(path: string, mode: number): void {
  const whole = resolve(path)
  if (isFolder(whole)) return
  const above = dirname(whole)
  if (above !== whole && !isThere(above)) makeFolders(above, mode)
  try {
    mkdirSync(whole, {mode})
  } catch (error) {
    // Somebody was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(whole)) throw error
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** What cannot be looked at is there, as far as making it goes; what lies in its way is told by mkdir. */
function isThere(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}
