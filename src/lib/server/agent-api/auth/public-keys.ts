import {createPublicKey, type KeyObject} from 'node:crypto'

/** About 2 KiB each. */
const MOST_KEYS = 20_000

/** Parsing a PEM takes longer than a verification, so parsed keys are kept, by their text. */
export function createPublicKeys(): (pem: string) => KeyObject {
  const keys = new Map<string, KeyObject>()
  return (pem) => {
    const known = keys.get(pem)
    if (known) return known
    const key = createPublicKey(pem)
    if (keys.size >= MOST_KEYS) keys.clear()
    keys.set(pem, key)
    return key
  }
}
