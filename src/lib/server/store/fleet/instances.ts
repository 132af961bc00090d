import {ONLINE_SEC} from '../../../protocol/agent/heart-beat.ts'
import type {Reader, Tx} from '../database.ts'
import {keptQuery} from '../kept-query.ts'
import {endRunningRounds} from '../runs/rounds.ts'
import {changeTask, countChange, OPEN} from '../runs/task-states.ts'
import type {InstanceRow} from '../schema.ts'

export async function findInstance(reader: Reader, instanceId: string): Promise<InstanceRow | undefined> {
  return (await INSTANCE(reader, {instanceId})).rows[0]
}

const INSTANCE = keptQuery((db, of: {instanceId: string}) =>
  db.selectFrom('instances').selectAll().where('instance_id', '=', of.instanceId),
)

/** Heard within two minutes: online unless it has left since, as are those that can be woken. */
export function isHeard(instance: {last_seen_at_ms: number}, nowMs: number): boolean {
  return nowMs - instance.last_seen_at_ms <= ONLINE_SEC * 1000
}

/** What an agent tells of its machine; absent: as before. */
export interface Seen {
  agent_version?: string
  os_version?: string
  os_type?: string
  slots?: number
}

export async function noteSeen(tx: Tx, instanceId: string, seen: Seen, nowMs: number): Promise<void> {
  await tx
    .updateTable('instances')
    .set({...seen, last_seen_at_ms: nowMs})
    .where('instance_id', '=', instanceId)
    .execute()
}

/** False: there is no such instance, or it was deregistered. */
export async function renameInstance(tx: Tx, instanceId: string, name: string): Promise<boolean> {
  const {numUpdatedRows} = await tx
    .updateTable('instances')
    .set({name})
    .where('instance_id', '=', instanceId)
    .where('deregistered_at_ms', '=', 0)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Counts a script that was started, in the transaction that says so. */
export async function countRun(tx: Tx, instanceId: string, nowMs: number): Promise<void> {
  await COUNT_RUN(tx, {instanceId, nowMs})
}

const COUNT_RUN = keptQuery((db, of: {instanceId: string; nowMs: number}) =>
  db
    .updateTable('instances')
    .set((eb) => ({invocation_count: eb('invocation_count', '+', 1), last_invoked_at_ms: of.nowMs}))
    .where('instance_id', '=', of.instanceId),
)

/**
 * Takes an instance out of service; its row, results and id stay (a new registration gets a new id). Whatever it had to do ends:
 * Cancelled if nothing ran, else Interrupted. `undefined`: it was deregistered already. Returns the invocations that changed.
 * The caller closes its connection and notifies after the commit.
 */
export async function deregisterInstance(
  tx: Tx,
  {instanceId, nowMs}: {instanceId: string; nowMs: number},
): Promise<{invokeIds: string[]} | undefined> {
  // Whoever is about to give it work finishes first (holdInstances).
  await tx.selectFrom('instances').select('instance_id').where('instance_id', '=', instanceId).forUpdate().execute()
  const row = await tx
    .updateTable('instances')
    .set({deregistered_at_ms: nowMs})
    .where('instance_id', '=', instanceId)
    .where('deregistered_at_ms', '=', 0)
    .returning('activation_id')
    .executeTakeFirst()
  if (!row) return undefined
  await tx
    .updateTable('activations')
    .set((eb) => ({deregistered_count: eb('deregistered_count', '+', 1)}))
    .where('activation_id', '=', row.activation_id)
    .execute()
  const tasks = await tx
    .selectFrom('tasks')
    .select(['invoke_id as invokeId'])
    .where('instance_id', '=', instanceId)
    .where('open', '=', 1)
    .execute()
  for (const {invokeId} of tasks) await endTask(tx, {invokeId, instanceId}, nowMs)
  return {invokeIds: tasks.map(({invokeId}) => invokeId)}
}

async function endTask(tx: Tx, key: {invokeId: string; instanceId: string}, nowMs: number): Promise<void> {
  const errorCode = 'InstanceDeregistered'
  const errorInfo = 'The instance was deregistered.'
  const ended = await endRunningRounds(tx, key, {state: 'Interrupted', errorCode, errorInfo}, nowMs)
  await changeTask(tx, key, OPEN, {
    state: ended > 0 ? 'Interrupted' : 'Cancelled',
    open: 0,
    error_code: errorCode,
    error_info: errorInfo,
    updated_at_ms: nowMs,
  })
  await countChange(tx, key.invokeId)
}
