import type {EcsAnswer} from '../client.ts'

// Readers of decoded answers. What is missing becomes '' for text and null for numbers, so that our own types always have every field.

export function readText(from: EcsAnswer, name: string): string {
  const value = from[name]
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
}

export function readNumber(from: EcsAnswer, name: string): number | null {
  const value = from[name]
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** Also the strings `true` and `false`, which some operations answer with. */
export function readBoolean(from: EcsAnswer, name: string): boolean {
  return from[name] === true || from[name] === 'true'
}

/** UTC ISO 8601 with seconds; the API also writes `2024-01-02T03:04Z`. */
export function readTime(from: EcsAnswer, name: string): string {
  return readText(from, name).replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d)Z$/, '$1:00Z')
}

export function readObject(from: EcsAnswer, name: string): EcsAnswer {
  const value = from[name]
  return isObject(value) ? value : {}
}

/** The objects of `Commands.Command[]`, or of a bare array when only one name is given. */
export function readList(from: EcsAnswer, name: string, inner?: string): EcsAnswer[] {
  const value = inner === undefined ? from[name] : readObject(from, name)[inner]
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function readTexts(from: EcsAnswer, name: string, inner: string): string[] {
  const value = readObject(from, name)[inner]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/** Tags as one object; a key is unique per resource. */
export function readTags(tags: readonly EcsAnswer[]): Record<string, string> {
  return Object.fromEntries(tags.map((tag) => [readText(tag, 'TagKey'), readText(tag, 'TagValue')]))
}

function isObject(value: unknown): value is EcsAnswer {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
