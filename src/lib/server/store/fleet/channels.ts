import type {Reader, Tx} from '../database.ts'

/** How long a server that says nothing is taken for alive. */
export const ALIVE_MS = 20_000

export interface HeldChannel {
  replicaId: string
  contestedAtMs: number
}

/** Says that a server lives. */
export async function noteAlive(tx: Tx, replicaId: string, nowMs: number): Promise<void> {
  const row = {replica_id: replicaId, alive_until_ms: nowMs + ALIVE_MS}
  await tx
    .insertInto('replicas')
    .values(row)
    .onConflict((conflict) => conflict.column('replica_id').doUpdateSet({alive_until_ms: row.alive_until_ms}))
    .execute()
}

/** Forgets a server that ends, or those that have been dead for long, with the channels they held. */
export async function forgetReplicas(tx: Tx, which: {replicaId: string} | {deadSinceMs: number}): Promise<void> {
  const gone = await tx
    .deleteFrom('replicas')
    .$if('replicaId' in which, (query) => query.where('replica_id', '=', 'replicaId' in which ? which.replicaId : ''))
    .$if('deadSinceMs' in which, (query) =>
      query.where('alive_until_ms', '<', 'deadSinceMs' in which ? which.deadSinceMs : 0),
    )
    .returning('replica_id')
    .execute()
  if (gone.length === 0) return
  const ids = gone.map((row) => row.replica_id)
  await tx.deleteFrom('channels').where('replica_id', 'in', ids).execute()
}

export interface ChannelNews {
  instanceId: string
  openedAtMs: number
  isOpen: boolean
}

/** Notes channels that were opened or closed at a server. The newest one of an instance counts, whoever writes first. */
export async function noteChannels(tx: Tx, replicaId: string, news: readonly ChannelNews[]): Promise<void> {
  const opened = news.filter(({isOpen}) => isOpen)
  if (opened.length > 0) {
    await tx
      .insertInto('channels')
      .values(
        opened.map(({instanceId, openedAtMs}) => ({
          instance_id: instanceId,
          replica_id: replicaId,
          opened_at_ms: openedAtMs,
          contested_at_ms: 0,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .column('instance_id')
          .doUpdateSet((eb) => ({
            replica_id: eb.ref('excluded.replica_id'),
            opened_at_ms: eb.ref('excluded.opened_at_ms'),
          }))
          .whereRef('channels.opened_at_ms', '<=', 'excluded.opened_at_ms'),
      )
      .execute()
  }
  const closed = news.filter(({isOpen}) => !isOpen).map(({instanceId}) => instanceId)
  if (closed.length === 0) return
  await tx.deleteFrom('channels').where('replica_id', '=', replicaId).where('instance_id', 'in', closed).execute()
}

/** Remembers that two agents claim one identity. */
export async function noteContested(tx: Tx, instanceId: string, nowMs: number): Promise<void> {
  await tx.updateTable('channels').set({contested_at_ms: nowMs}).where('instance_id', '=', instanceId).execute()
}

/** The channels of these instances that a living server holds. */
export async function heldChannels(
  db: Reader,
  instanceIds: readonly string[],
  nowMs: number,
): Promise<Map<string, HeldChannel>> {
  if (instanceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('channels')
    .innerJoin('replicas', 'replicas.replica_id', 'channels.replica_id')
    .select(['channels.instance_id', 'channels.replica_id', 'channels.contested_at_ms'])
    .where('channels.instance_id', 'in', instanceIds)
    .where('replicas.alive_until_ms', '>', nowMs)
    .execute()
  return new Map(rows.map((row) => [row.instance_id, {replicaId: row.replica_id, contestedAtMs: row.contested_at_ms}]))
}
