import {closeSync} from 'node:fs'

/** Closes what may be open. */
export function closeQuietly(fd: number | undefined): void {
  if (fd === undefined) return
  try {
    closeSync(fd)
  } catch {
    // It was closed before.
  }
}
