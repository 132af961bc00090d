import {randomUUID} from 'node:crypto'
import {flattenParameters, type ParameterValue} from '../../src/lib/protocol/ecs/parameters/flatten.ts'
import {
  canonicalQuery,
  canonicalRequestV3,
  type Pairs,
  sha256Hex,
  signV1,
  signV3,
  stringToSignV1,
  stringToSignV3,
  V3_ALGORITHM,
} from '../../src/lib/protocol/ecs/signature.ts'

export interface TestKey {
  accessKeyId: string
  secret: string
}

export type Parameters = {readonly [name: string]: ParameterValue}

export interface Signing {
  key: TestKey
  nowMs: number
  /** Absent: a fresh one. */
  nonce?: string
  /** Common parameters or headers to replace; `undefined` leaves one out. */
  change?: Record<string, string | undefined>
  /** Sent beside the signed ones. */
  headers?: Record<string, string>
  signal?: AbortSignal
}

export const HOST = 'ecs.example.test'

export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** A V1 request as pop-core makes it: GET with a query, or POST with a form. */
export function signedV1(method: 'GET' | 'POST', action: string, parameters: Parameters, signing: Signing): Request {
  const common: Record<string, string | undefined> = {
    Action: action,
    Version: '2014-05-26',
    Format: 'JSON',
    AccessKeyId: signing.key.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: signing.nonce ?? randomUUID(),
    Timestamp: timestamp(signing.nowMs),
    ...signing.change,
  }
  const pairs: Array<[string, string]> = flattenParameters(parameters)
  for (const [name, value] of Object.entries(common)) {
    if (value !== undefined && name !== 'Signature') pairs.push([name, value])
  }
  const signature =
    signing.change && 'Signature' in signing.change ? signing.change.Signature : v1Signature(method, pairs, signing)
  if (signature !== undefined) pairs.push(['Signature', signature])
  return v1Request(method, canonicalQuery(pairs), signing)
}

function v1Signature(method: string, pairs: Pairs, {key}: Signing): string {
  return signV1(key.secret, stringToSignV1(method, pairs))
}

function v1Request(method: 'GET' | 'POST', text: string, {headers = {}, signal}: Signing): Request {
  const init = {headers: {host: HOST, ...headers}, ...(signal ? {signal} : {})}
  if (method === 'GET') return new Request(`http://${HOST}/?${text}`, init)
  const form = {'content-type': 'application/x-www-form-urlencoded', ...init.headers}
  return new Request(`http://${HOST}/`, {...init, method, body: text, headers: form})
}

export interface V3Options {
  method?: 'GET' | 'POST'
  /** Where the parameters go. */
  place?: 'query' | 'form' | 'json'
  /** Signed header names, given those that should be. */
  signHeaders?: (names: string[]) => string[]
  /** The body as sent, given the one that was signed. */
  tamper?: (body: string) => string
}

/** A V3 request as SDK 7 makes it: parameters in the query, or in the body. */
export function signedV3(action: string, parameters: Parameters, signing: Signing, options: V3Options = {}): Request {
  const {method = 'POST', place = 'query'} = options
  const pairs = flattenParameters(parameters)
  const query = place === 'query' ? pairs : []
  const body = place === 'query' ? '' : place === 'form' ? canonicalQuery(pairs) : JSON.stringify(parameters)
  const headers: Record<string, string> = {}
  const wanted: Record<string, string | undefined> = {
    host: HOST,
    'x-acs-action': action,
    'x-acs-version': '2014-05-26',
    'x-acs-date': timestamp(signing.nowMs),
    'x-acs-signature-nonce': signing.nonce ?? randomUUID(),
    'x-acs-content-sha256': sha256Hex(body),
    ...(body === ''
      ? {}
      : {'content-type': place === 'json' ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded'}),
    ...signing.change,
  }
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) headers[name] = value
  const names = Object.keys(headers).sort()
  const signedHeaders = options.signHeaders?.(names) ?? names
  const canonical = canonicalRequestV3({method, path: '/', query, headers, signedHeaders, bodyHash: sha256Hex(body)})
  const signature = signV3(signing.key.secret, stringToSignV3(canonical))
  const text = canonicalQuery(query)
  const sentBody = options.tamper?.(body) ?? body
  return new Request(`http://${HOST}/${text === '' ? '' : `?${text}`}`, {
    method,
    headers: {
      authorization: `${V3_ALGORITHM} Credential=${signing.key.accessKeyId},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`,
      ...headers,
      ...signing.headers,
    },
    ...(sentBody === '' ? {} : {body: sentBody}),
    ...(signing.signal ? {signal: signing.signal} : {}),
  })
}
