import {closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync} from 'node:fs'

/** Writes a file that only its owner can read: new file beside it (exclusive, 0600), fsync, rename. */
export function writePrivateFile(path: string, text: string): void {
  const beside = `${path}.${Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex')}`
  const descriptor = openSync(beside, 'wx', 0o600)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  try {
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, {force: true})
    throw error
  }
}
