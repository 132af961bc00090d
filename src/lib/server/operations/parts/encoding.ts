import {z} from 'zod'

/** How CommandContent and Output are answered; whatever is not PlainText is Base64. */
export function answerEncoding() {
  return z
    .string()
    .optional()
    .transform((value) => (isPlainText(value) ? ('PlainText' as const) : ('Base64' as const)))
}

export type AnswerEncoding = 'PlainText' | 'Base64'

/** Only Base64 keeps bytes that are not UTF-8. */
export function encodeBytes(bytes: Uint8Array | string, encoding: AnswerEncoding): string {
  const buffer =
    typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.toString(encoding === 'PlainText' ? 'utf8' : 'base64')
}

export function isPlainText(value: string | undefined): boolean {
  return value?.toLowerCase() === 'plaintext'
}

/** `2026-01-02T03:04:05Z`; 0 and nothing stand for a time that has not come. */
export function isoTime(ms: number | null): string {
  return ms === null || ms === 0 ? '' : `${new Date(ms).toISOString().slice(0, 19)}Z`
}
