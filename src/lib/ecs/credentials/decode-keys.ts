import type {SessionKeys} from '../../core/credential-source.ts'
import {AssistError} from '../../core/errors.ts'
import {isRecord} from '../../core/json.ts'

/**
 * The answer of STS, of the instance metadata and of a credentials URI, which agree on these names.
 * @throws AssistError (config) naming the field; never with a value.
 */
export function decodeKeys(raw: unknown, where: string): SessionKeys {
  const object = isRecord(raw) ? raw : {}
  const text = (key: string): string => {
    const value = object[key]
    if (typeof value === 'string' && value !== '') return value
    throw new AssistError('config', `${where} answered without ${key}`)
  }
  const expiresAtMs = Date.parse(text('Expiration'))
  return {
    accessKeyId: text('AccessKeyId'),
    accessKeySecret: text('AccessKeySecret'),
    securityToken: text('SecurityToken'),
    expiresAtMs: Number.isFinite(expiresAtMs) ? expiresAtMs : undefined,
  }
}
