import {type Follow, LEAST_ROOM_BYTES} from '../../../protocol/agent/follow.ts'
import {endOf} from '../../../protocol/output.ts'
import {NO_OUTPUT} from '../../rules/output.ts'
import {nextPart, partsOf} from '../../rules/unread.ts'
import type {Reader, Tx} from '../database.ts'
import {readFloor} from './followers.ts'
import type {TaskKey} from './task-states.ts'
import {MOST_UNREAD_BYTES, readUnread} from './unread-output.ts'

/** What an agent is told about a run that somebody follows; undefined: nobody does. */
export async function readFollow(db: Reader | Tx, key: TaskKey, nowMs: number): Promise<Follow | undefined> {
  const floor = await readFloor(db, key, nowMs)
  if (floor === undefined) return undefined
  const to = (await readEnds(db, key.invokeId, [key.instanceId])).get(key.instanceId) ?? 0
  const room = MOST_UNREAD_BYTES - Math.max(0, to - floor)
  return {to, room: room < LEAST_ROOM_BYTES ? 0 : room}
}

/** Up to where there is output by now, of those instances that have told of any. */
export async function readEnds(
  db: Reader | Tx,
  invokeId: string,
  instanceIds: readonly string[],
): Promise<Map<string, number>> {
  if (instanceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('results')
    .select(['instance_id', 'output_end'])
    .where('invoke_id', '=', invokeId)
    .where('instance_id', 'in', [...instanceIds])
    .execute()
  return new Map(rows.map((row) => [row.instance_id, row.output_end]))
}

export interface NextOutput {
  offset: number
  bytes: Uint8Array
  /** Up to where there is output by now. */
  end: number
}

/** What comes after `position`, from what is kept aside and from what is kept anyway. */
export async function readNext(db: Reader, key: TaskKey, position: number, mostBytes: number): Promise<NextOutput> {
  const row = await db
    .selectFrom('results')
    .select(['output', 'output_end as outputEnd', 'gap_after as gapAfter', 'gap_bytes as gapBytes'])
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
    .executeTakeFirst()
  // First the window, then what left it before: what leaves it in between shows up in both.
  const unread = await readUnread(db, key, position, mostBytes)
  const parts = [...unread, ...partsOf(row ?? NO_OUTPUT)].sort((one, other) => one.offset - other.offset)
  const outputEnd = row?.outputEnd ?? 0
  // Bytes that are missing at the very end have nothing behind them to tell of it.
  const next = nextPart(position, parts, mostBytes) ?? {
    offset: Math.max(position, outputEnd),
    bytes: new Uint8Array(0),
  }
  return {...next, end: Math.max(outputEnd, endOf(next))}
}
