import type {Reader, Tx} from '../database.ts'

const MOST_AT_ONCE = 500

/** Invocations with followers whose time is up. */
export async function findUnfollowed(db: Reader, nowMs: number): Promise<string[]> {
  const rows = await db
    .selectFrom('followers')
    .select('invoke_id')
    .distinct()
    .where('until_ms', '<=', nowMs)
    .limit(MOST_AT_ONCE)
    .execute()
  return rows.map((row) => row.invoke_id)
}

/** Forgets the followers whose time is up, and what was kept aside for nobody else. Harmless when run twice. */
export async function unfollow(tx: Tx, invokeId: string, nowMs: number): Promise<void> {
  await tx.deleteFrom('followers').where('invoke_id', '=', invokeId).where('until_ms', '<=', nowMs).execute()
  await tx
    .deleteFrom('unread_output')
    .where('invoke_id', '=', invokeId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('followers')
            .select('followers.invoke_id')
            .whereRef('followers.invoke_id', '=', 'unread_output.invoke_id')
            .whereRef('followers.instance_id', '=', 'unread_output.instance_id'),
        ),
      ),
    )
    .execute()
}
