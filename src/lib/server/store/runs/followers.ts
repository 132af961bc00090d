import {FOLLOW_GRACE_MS} from '../../../protocol/ecs/follow.ts'
import type {Reader, Tx} from '../database.ts'
import type {FollowerRow} from '../schema.ts'
import type {TaskKey} from './task-states.ts'
import {forgetRead, hasUnreadSince, oldestUnread} from './unread-output.ts'

/** A look of somebody who follows. */
export interface FollowLook {
  invokeId: string
  followerId: string
  /** Up to where they have the output, by instance. */
  positions: ReadonlyMap<string, number>
  nowMs: number
  untilMs: number
}

/** A follower who has not said so yet: a command line that may be about to. */
export const PERHAPS = ''

export async function insertFollowers(tx: Tx, look: FollowLook): Promise<void> {
  const rows = rowsOf(look)
  if (rows.length === 0) return
  await tx
    .insertInto('followers')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['invoke_id', 'instance_id', 'follower_id']).doUpdateSet((eb) => ({
        position: eb.ref('excluded.position'),
        looked_at_ms: eb.ref('excluded.looked_at_ms'),
        until_ms: eb.ref('excluded.until_ms'),
      })),
    )
    .execute()
}

/** Is there anything about this look that must be written down? A quick one after another is not worth a commit. */
export async function isLookNews(db: Reader, look: FollowLook): Promise<boolean> {
  const {invokeId, followerId, positions, untilMs} = look
  const rows = await db
    .selectFrom('followers')
    .select(['instance_id', 'position', 'until_ms'])
    .where('invoke_id', '=', invokeId)
    .where('follower_id', '=', followerId)
    .execute()
  const known = new Map(rows.map((row) => [row.instance_id, row]))
  const unread = await oldestUnread(db, invokeId)
  return [...positions].some(([instanceId, position]) => {
    const row = known.get(instanceId)
    if (row === undefined || row.until_ms < untilMs - FOLLOW_GRACE_MS / 2) return true
    return unread.has(instanceId) && row.position !== position
  })
}

/** Notes the look and forgets what everybody has by now. Returns whether that made room. */
export async function noteLook(tx: Tx, look: FollowLook): Promise<boolean> {
  const {invokeId, positions, nowMs} = look
  await insertFollowers(tx, look)
  await expectNobody(tx, invokeId)
  let hasRoom = false
  for (const instanceId of (await oldestUnread(tx, invokeId)).keys()) {
    if (!positions.has(instanceId)) continue
    const key = {invokeId, instanceId}
    const floor = await readFloor(tx, key, nowMs)
    if (floor !== undefined && (await forgetRead(tx, key, floor))) hasRoom = true
  }
  return hasRoom
}

/** Is there somebody who may be about to follow? */
export async function isAnyoneExpected(db: Reader, invokeId: string): Promise<boolean> {
  const row = await db
    .selectFrom('followers')
    .select('instance_id')
    .where('invoke_id', '=', invokeId)
    .where('follower_id', '=', PERHAPS)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Whoever may have been about to follow does not, or does under a name. */
export async function expectNobody(tx: Tx, invokeId: string): Promise<void> {
  await tx.deleteFrom('followers').where('invoke_id', '=', invokeId).where('follower_id', '=', PERHAPS).execute()
}

/**
 * Up to where all who follow this output have it; undefined: nobody follows. Who has left something unread and has not come back for it in
 * time has stalled, and doesn't count: a script must not wait for them.
 */
export async function readFloor(db: Reader | Tx, key: TaskKey, nowMs: number): Promise<number | undefined> {
  const rows = await db
    .selectFrom('followers')
    .select(['position', 'looked_at_ms'])
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
    .where('until_ms', '>', nowMs)
    .execute()
  let floor: number | undefined
  for (const row of rows) {
    if (await hasStalled(db, key, row, nowMs)) continue
    floor = Math.min(floor ?? row.position, row.position)
  }
  return floor
}

type Seen = Pick<FollowerRow, 'position' | 'looked_at_ms'>

async function hasStalled(db: Reader | Tx, key: TaskKey, {position, looked_at_ms}: Seen, nowMs: number) {
  const beforeMs = nowMs - FOLLOW_GRACE_MS
  return looked_at_ms < beforeMs && (await hasUnreadSince(db, key, position, beforeMs))
}

function rowsOf({invokeId, followerId, positions, nowMs, untilMs}: FollowLook): FollowerRow[] {
  return [...positions].map(([instanceId, position]) => ({
    ...{invoke_id: invokeId, instance_id: instanceId, follower_id: followerId},
    ...{position, looked_at_ms: nowMs, until_ms: untilMs},
  }))
}
