import type {RandomBytes} from './ids.ts'

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Letters and digits, each equally likely: 5.95 random bits per character. */
export function randomText(length: number, randomBytes: RandomBytes): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) text += LETTERS_AND_DIGITS[byte & 63] ?? ''
  }
  return text.slice(0, length)
}

/** A random (version 4) UUID in lower case. */
export function randomUuid(randomBytes: RandomBytes): string {
  const hex = Buffer.from(randomBytes(16)).toString('hex')
  const variant = '89ab'[Number.parseInt(hex.slice(16, 17), 16) & 3]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-')
}
