import {decodeUtf8} from '../core/utf8.ts'
import {SCRIPT} from './ecs/parameters/script.ts'

// A script as it travels: UTF-8, in Base64.

/** More bytes than this cannot fit once they are Base64. */
export const MOST_SCRIPT_BYTES = Math.floor(SCRIPT.content.base64Bytes / 4) * 3

/** Bytes that this text has once it is Base64, as the API counts scripts. */
export function base64Bytes(script: string): number {
  return Math.ceil(Buffer.byteLength(script) / 3) * 4
}

export function fitsAsBase64(script: string): boolean {
  return base64Bytes(script) <= SCRIPT.content.base64Bytes
}

export function encodeScript(script: string): string {
  return Buffer.from(script).toString('base64')
}

/**
 * Strict: a blank in place of a `+` or a lost character would otherwise change the script silently. Line breaks are fine.
 * @returns what it is not, where it is no script
 */
export function decodeScript(encoded: string): {script: string} | {not: 'Base64' | 'UTF-8'} {
  const compact = encoded.replace(/[\r\n]/g, '')
  const bytes = Buffer.from(compact, 'base64')
  if (bytes.toString('base64') !== compact) return {not: 'Base64'}
  const script = decodeUtf8(bytes)
  return script === undefined ? {not: 'UTF-8'} : {script}
}
