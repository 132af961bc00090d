import {type RawBuilder, type SqlBool, sql} from 'kysely'
import type {Reader} from './database.ts'

/** Place of a row in a list that is newest first: its time, and its id where times are equal. */
export interface Key {
  at: number
  id: string
}

export type PageRequest =
  | {style: 'token'; size: number; after: Key | undefined}
  | {style: 'number'; size: number; number: number}

export interface Page {
  keys: Key[]
  /** Where the next page begins, for token paging; absent on the last. */
  next?: Key
  /** For numbered pages; counting stops at NUMBERED_ROWS. */
  total?: number
}

/** What a list can be asked for. */
export interface KeySource {
  /** At most `limit` keys after `after`. `resumeAt`: it stopped looking there, although nothing says that this was the end. */
  read(range: {after: Key | undefined; offset: number; limit: number}): Promise<{keys: Key[]; resumeAt?: Key}>
  count(): Promise<number>
}

/**
 * Numbered pages reach this far, as far as the original keeps records at all; so neither counting nor skipping grows with what is
 * stored. Pages by token reach everything.
 */
export const NUMBERED_ROWS = 10_000

/** Rows that a filter without an index of its own looks at for one page by token; a page may come out short. */
export const WINDOW_ROWS = 5000

export async function readPage(request: PageRequest, source: KeySource): Promise<Page> {
  if (request.style === 'number') {
    const offset = (request.number - 1) * request.size
    if (offset >= NUMBERED_ROWS) return {keys: [], total: await source.count()}
    const {keys} = await source.read({after: undefined, offset, limit: request.size})
    return {keys, total: await source.count()}
  }
  const {keys, resumeAt} = await source.read({after: request.after, offset: 0, limit: request.size + 1})
  const shown = keys.slice(0, request.size)
  const next = keys.length > request.size ? shown.at(-1) : resumeAt
  return next === undefined ? {keys: shown} : {keys: shown, next}
}

/** A list that was read whole, newest first. */
export function keySourceOf(all: readonly Key[]): KeySource {
  return {
    read: async ({after, offset, limit}) => {
      const rest = after === undefined ? all : all.filter((key) => isBefore(key, after))
      return {keys: rest.slice(offset, offset + limit)}
    },
    count: async () => Math.min(all.length, NUMBERED_ROWS),
  }
}

/** Descending order of time, then of id. */
export function compareKeys(a: Key, b: Key): number {
  return a.at !== b.at ? b.at - a.at : a.id < b.id ? 1 : a.id > b.id ? -1 : 0
}

function isBefore(key: Key, after: Key): boolean {
  return compareKeys(after, key) < 0
}

/** Rows that come after `after` when both columns are ordered downwards; the engines answer it from an index. */
export function comesAfter(atColumn: string, idColumn: string, after: Key | undefined): RawBuilder<SqlBool>[] {
  if (after === undefined) return []
  return [sql<SqlBool>`(${sql.ref(atColumn)}, ${sql.ref(idColumn)}) < (${after.at}, ${after.id})`]
}

/** `*` matches any text; everything else, `%` and `_` too, matches itself. Upper and lower case ASCII letters are the same. */
export function matchesWildcard(column: string, pattern: string): RawBuilder<SqlBool> {
  const like = pattern
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')
    .replace(/\*+/g, '%')
  return sql<SqlBool>`lower(${sql.ref(column)}) like ${like} escape '\\'`
}

export function allOf(conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> {
  return conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.join(conditions, sql` and `)}`
}

/** Rows of a select, but no further than numbered pages reach. */
export async function countUpTo(db: Reader, select: RawBuilder<unknown>): Promise<number> {
  const {rows} = await sql<{
    n: number
  }>`select count(*) as n from (${select} limit ${NUMBERED_ROWS}) as counted`.execute(db)
  return Number(rows[0]?.n ?? 0)
}
