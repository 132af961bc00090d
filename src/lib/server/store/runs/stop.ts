import type {Tx} from '../database.ts'
import {changeTask, countChange, isClosedTask, isOpenTask} from './task-states.ts'

export interface StopRequest {
  invokeId: string
  /** Undefined: all of them. */
  instanceIds: readonly string[] | undefined
  nowMs: number
}

/**
 * Stops an invocation, which the caller has checked to be its own. What no agent has heard of is Cancelled at once; the rest is
 * Stopping until its agent reports. Finished ones keep their end; one that
 * was stopped is only told to its agent again, so a second stop is harmless.
 * Returns the instances to kick (kind `stop`) after the commit; the caller also notifies.
 */
export async function requestStop(
  tx: Tx,
  {invokeId, instanceIds, nowMs}: StopRequest,
): Promise<{instanceIds: string[]}> {
  let query = tx
    .selectFrom('tasks')
    .select(['instance_id', 'state'])
    .where('invoke_id', '=', invokeId)
    .where(isOpenTask)
    .orderBy('instance_id')
  if (instanceIds !== undefined) query = query.where('instance_id', 'in', instanceIds)
  const stopping: string[] = []
  let cancelled = 0
  for (const task of await query.execute()) {
    const key = {invokeId, instanceId: task.instance_id}
    if (task.state === 'Pending') {
      const change = {state: 'Cancelled', open: 0, stop_at_ms: nowMs, updated_at_ms: nowMs} as const
      if (await changeTask(tx, key, ['Pending'], change)) {
        cancelled += 1
        continue
      }
    }
    const change = {state: 'Stopping', stop_at_ms: nowMs, updated_at_ms: nowMs} as const
    if (await changeTask(tx, key, ['Delivered', 'Scheduled', 'Running'], change)) stopping.push(task.instance_id)
    // Stopping already: only the kick is repeated.
    else if (task.state === 'Stopping') stopping.push(task.instance_id)
  }
  if (cancelled + stopping.length > 0) await countChange(tx, invokeId)
  return {instanceIds: [...stopping, ...(await recallSchedules(tx, {invokeId, instanceIds}))]}
}

/** A schedule that was stopped may be back on a machine that was put back to an older state; a second stop goes out to it again. */
async function recallSchedules(tx: Tx, {invokeId, instanceIds}: Omit<StopRequest, 'nowMs'>): Promise<string[]> {
  let query = tx
    .updateTable('tasks')
    .set({recall: 1})
    .where('invoke_id', '=', invokeId)
    .where(isClosedTask)
    .where('state', 'in', ['Stopped', 'Cancelled'])
    .where('delivered_at_ms', '>', 0)
    .where('invoke_id', 'in', (eb) =>
      eb
        .selectFrom('invocations')
        .select('invoke_id')
        .where('invoke_id', '=', invokeId)
        .where('schedule_kind', '!=', 'once'),
    )
  if (instanceIds !== undefined) query = query.where('instance_id', 'in', instanceIds)
  const rows = await query.returning('instance_id').execute()
  return rows.map((row) => row.instance_id)
}
