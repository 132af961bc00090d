import {endOf, type OutputPart} from '../../../protocol/output.ts'
import type {Reader, Tx} from '../database.ts'
import type {TaskKey} from './task-states.ts'

/** More than this is not kept aside for anybody, per task. An agent of ours is told how much room is left. */
export const MOST_UNREAD_BYTES = 2 * 1024 * 1024
/** What an agent may send before it hears that there is no room. */
const OVERRUN_BYTES = 1024 * 1024

/** Keeps parts that nobody has read beyond `floor` of. */
export async function keepUnread(
  tx: Tx,
  key: TaskKey,
  parts: readonly OutputPart[],
  {floor, nowMs}: {floor: number; nowMs: number},
): Promise<void> {
  const rows = parts
    .filter((part) => endOf(part) - floor <= MOST_UNREAD_BYTES + OVERRUN_BYTES)
    .map((part) => ({
      ...{invoke_id: key.invokeId, instance_id: key.instanceId, position: part.offset, end_position: endOf(part)},
      ...{bytes: part.bytes, created_at_ms: nowMs},
    }))
  if (rows.length === 0) return
  await tx
    .insertInto('unread_output')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['invoke_id', 'instance_id', 'position']).doNothing())
    .execute()
}

/** What is kept aside from `position` on, in order, and not much more of it than `mostBytes`. */
export async function readUnread(db: Reader, key: TaskKey, position: number, mostBytes: number): Promise<OutputPart[]> {
  const beyond = select(db, key).where('end_position', '>', position)
  const first = await beyond.select('position').orderBy('position').limit(1).executeTakeFirst()
  if (first === undefined) return []
  const to = Math.max(first.position, position) + mostBytes
  return beyond.select(['position as offset', 'bytes']).where('position', '<', to).orderBy('position').execute()
}

/** Forgets what lies before `floor`; `false`: there was nothing. */
export async function forgetRead(tx: Tx, key: TaskKey, floor: number): Promise<boolean> {
  const {numDeletedRows} = await tx
    .deleteFrom('unread_output')
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
    .where('end_position', '<=', floor)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** When the oldest of it came, by instance; only those of which something is kept aside. */
export async function oldestUnread(db: Reader | Tx, invokeId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('unread_output')
    .select((eb) => ['instance_id', eb.fn.min('created_at_ms').as('sinceMs')])
    .where('invoke_id', '=', invokeId)
    .groupBy('instance_id')
    .execute()
  return new Map(rows.map((row) => [row.instance_id, Number(row.sinceMs)]))
}

/** Has anything beyond `position` been there for as long as since `beforeMs`? */
export async function hasUnreadSince(
  db: Reader | Tx,
  key: TaskKey,
  position: number,
  beforeMs: number,
): Promise<boolean> {
  const row = await select(db, key)
    .select('position')
    .where('end_position', '>', position)
    .where('created_at_ms', '<', beforeMs)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

function select(db: Reader | Tx, key: TaskKey) {
  return db.selectFrom('unread_output').where('invoke_id', '=', key.invokeId).where('instance_id', '=', key.instanceId)
}
