import {type RawBuilder, type SqlBool, sql} from 'kysely'
import type {Reader} from '../database.ts'
import {
  allOf,
  comesAfter,
  compareKeys,
  countUpTo,
  type Key,
  type KeySource,
  NUMBERED_ROWS,
  WINDOW_ROWS,
} from '../pages.ts'

export interface InstanceList {
  instanceId: string
  /** What is read of `t` (a task) and `i` (its invocation): `at` and `id` of a key. */
  key: RawBuilder<unknown>
  /** What every row must have. */
  own: readonly RawBuilder<SqlBool>[]
  /** What rows are picked by; no index helps with these. */
  others: readonly RawBuilder<SqlBool>[]
  /** The invocation in the id of a key. */
  invokeIdOf(id: string): string
}

/**
 * The tasks of an instance, newest first. The index has its open tasks and its closed ones apart, each in order: both are read and
 * merged. A filter looks at a bounded number of them for a page, whatever the instance has run, and says where it stopped.
 */
export function keysOnInstance(db: Reader, list: InstanceList): KeySource {
  const wanted = allOf([...list.own, ...list.others])
  const windowOf = (open: 0 | 1, after: Key | undefined, rows: number): RawBuilder<unknown> => {
    const place = comesAfter('t.created_at_ms', 't.invoke_id', after && {...after, id: list.invokeIdOf(after.id)})
    return sql`(select * from tasks t where ${allOf([sql<SqlBool>`t.instance_id = ${list.instanceId} and t.open = ${open}`, ...place])}
      order by t.created_at_ms desc, t.invoke_id desc limit ${rows})`
  }
  // A cross join keeps the order of the tables.
  const from = (window: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`from ${window} t cross join invocations i where i.invoke_id = t.invoke_id and ${wanted}`
  return {
    read: async ({after, offset, limit}) => {
      const rows = list.others.length === 0 ? offset + limit : offset > 0 ? NUMBERED_ROWS : WINDOW_ROWS
      const halves = await Promise.all(
        ([1, 0] as const).map(async (open) => {
          const window = windowOf(open, after, rows)
          const {rows: keys} = await sql<Key>`select ${list.key} ${from(window)}
            order by t.created_at_ms desc, t.invoke_id desc limit ${offset + limit}`.execute(db)
          const isCut = list.others.length > 0 && keys.length < offset + limit
          return {keys, end: isCut ? await lastKey(db, list, window, rows) : undefined}
        }),
      )
      // Beyond where either half has stopped looking nobody knows what the other's keys are mixed with.
      const [end] = halves.flatMap((half) => half.end ?? []).sort(compareKeys)
      const seen = halves.flatMap(({keys}) => keys).sort(compareKeys)
      const keys = end === undefined ? seen : seen.filter((key) => compareKeys(key, end) <= 0)
      const page = keys.slice(offset, offset + limit)
      return end !== undefined && page.length < limit ? {keys: page, resumeAt: end} : {keys: page}
    },
    count: async () => {
      const counts = await Promise.all(
        ([1, 0] as const).map((open) => countUpTo(db, sql`select 1 ${from(windowOf(open, undefined, NUMBERED_ROWS))}`)),
      )
      return Math.min(
        counts.reduce((sum, count) => sum + count),
        NUMBERED_ROWS,
      )
    },
  }
}

/** The last task of a window, if the window is full: beyond it nobody has looked. */
async function lastKey(
  db: Reader,
  {key}: InstanceList,
  window: RawBuilder<unknown>,
  rows: number,
): Promise<Key | undefined> {
  const {rows: ends} = await sql<Key>`select ${key} from ${window} t
    order by t.created_at_ms desc, t.invoke_id desc limit 1 offset ${rows - 1}`.execute(db)
  return ends[0]
}
