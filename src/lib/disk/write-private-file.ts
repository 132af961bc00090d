import {closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync} from 'node:fs'

/** Writes a file that only its owner can read: new file beside it (exclusive, 0600), fsync, rename. Nothing is left when there is no room. */
export function writePrivateFile(path: string, text: string): void {
  const beside = `${path}.${Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex')}`
  const descriptor = openSync(beside, 'wx', 0o600)
  try {
    try {
      writeFileSync(descriptor, text) // goes on until all is written: a full disk takes a part without a word
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, {force: true})
    throw error
  }
}
