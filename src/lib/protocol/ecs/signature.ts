import {createHash, createHmac, timingSafeEqual} from 'node:crypto'

// Source: ECS 2014-05-26, request signatures V1 (HMAC-SHA1) and V3 (ACS3-HMAC-SHA256). All functions are pure.

export type Pairs = ReadonlyArray<readonly [name: string, value: string]>

/** Made with the signature of each try of a call, and no part of what it asks for. */
export const SIGNING_PARAMETERS: readonly string[] = [
  'AccessKeyId',
  'Action',
  'Format',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureType',
  'SignatureVersion',
  'Timestamp',
]

export const V3_ALGORITHM = 'ACS3-HMAC-SHA256'

/** RFC 3986: everything but `A-Z a-z 0-9 - _ . ~` becomes `%XX` in upper-case hex. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Names and values encoded, sorted bytewise by name, joined. */
export function canonicalQuery(pairs: Pairs): string {
  return pairs
    .map(([name, value]) => [name, `${percentEncode(name)}=${percentEncode(value)}`] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join('&')
}

/** What V1 signs. `pairs` are all query and form parameters but `Signature`. */
export function stringToSignV1(method: string, pairs: Pairs): string {
  return `${method}&%2F&${percentEncode(canonicalQuery(pairs))}`
}

/** Base64 of HMAC-SHA1; the key is the secret followed by `&`. */
export function signV1(secret: string, stringToSign: string): string {
  return createHmac('sha1', `${secret}&`).update(stringToSign).digest('base64')
}

export interface V3Request {
  method: string
  path: string
  query: Pairs
  /** Lower-case names. Only the ones in `signedHeaders` are looked at. */
  headers: Readonly<Record<string, string>>
  /** Lower-case names, sorted. */
  signedHeaders: readonly string[]
  /** Lower-case hex SHA-256 of the body. */
  bodyHash: string
}

export function canonicalRequestV3(request: V3Request): string {
  const headers = request.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('')
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers,
    request.signedHeaders.join(';'),
    request.bodyHash,
  ].join('\n')
}

export function stringToSignV3(canonicalRequest: string): string {
  return `${V3_ALGORITHM}\n${sha256Hex(canonicalRequest)}`
}

/** Lower-case hex of HMAC-SHA256; the key has no suffix. */
export function signV3(secret: string, stringToSign: string): string {
  return createHmac('sha256', secret).update(stringToSign).digest('hex')
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Compares in a time that does not tell how many characters agree. */
export function isSameSignature(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}
