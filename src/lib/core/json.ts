// Reading JSON from elsewhere: a value of the wrong type is as good as none.

export type Json = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** undefined: it is no JSON. Never quotes what it could not read, as the words of JSON.parse do. Bytes are UTF-8. */
export function parseJson(json: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof json === 'string' ? json : Buffer.from(json).toString('utf8'))
  } catch {
    return undefined
  }
}

/** undefined: it is no JSON, or no record. */
export function parseRecord(json: string | Uint8Array): Json | undefined {
  const value = parseJson(json)
  return isRecord(value) ? value : undefined
}

/** The records of a list; empty for what is no list. */
export function records(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** Empty for everything that is no string. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A number that fits 32 bits. */
export function integer(value: unknown): number | undefined {
  return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31 ? Number(value) : undefined
}

/** A positive number that arithmetic does not spoil. */
export function whole(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined
}

export function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

export function strings(value: unknown): Array<[string, string]> {
  if (!isRecord(value)) return []
  return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
}
