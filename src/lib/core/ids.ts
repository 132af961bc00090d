/** `size` bytes from a cryptographic source. */
export type RandomBytes = (size: number) => Uint8Array

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** An id such as `t-` + 20 characters of base32: 100 random bits, so that it can be neither guessed nor met twice. */
export function createId(prefix: string, randomBytes: RandomBytes): string {
  const bytes = randomBytes(20)
  let id = prefix
  for (const byte of bytes) id += ALPHABET[byte & 31]
  return id
}
