import {createCipheriv, createDecipheriv} from 'node:crypto'
import type {RandomBytes} from '../../core/ids.ts'

/** Keeps access key secrets unreadable for whoever gets hold of the database alone. */
export interface SecretBox {
  /** `purpose`: what is sealed for one is not taken for another. */
  seal(text: string, purpose?: string): string
  /** @throws Error when it was sealed under another key or for another purpose, or altered. */
  open(sealed: string, purpose?: string): string
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** AES-256-GCM; `key` has 32 bytes. */
export function createSecretBox(key: Uint8Array, randomBytes: RandomBytes): SecretBox {
  return {
    seal: (text, purpose = '') => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open: (sealed, purpose = '') => {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
      decipher.setAAD(Buffer.from(purpose))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      )
    },
  }
}
