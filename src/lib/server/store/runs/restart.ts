import type {Tx} from '../database.ts'
import type {FetchRequest} from './fetch-request.ts'
import {endRunningRounds} from './rounds.ts'
import {changeTask} from './task-states.ts'

/**
 * An agent that has just started has no schedules in memory, so they are all offered again; official agents have none on disk
 * either, and no run of theirs outlives the process that would report it.
 */
export async function forgetDeliveries(tx: Tx, request: FetchRequest, changed: Set<string>): Promise<void> {
  const {instanceId, nowMs} = request
  await tx
    .updateTable('tasks')
    .set({delivered_at_ms: 0})
    .where('instance_id', '=', instanceId)
    .where('open', '=', 1)
    .where('state', 'in', ['Scheduled', 'Running'])
    .where('invoke_id', 'in', (eb) =>
      eb
        .selectFrom('invocations')
        .select('invoke_id')
        .whereRef('invocations.invoke_id', '=', 'tasks.invoke_id')
        .where('repeat_mode', 'in', ['Period', 'EveryReboot']),
    )
    .execute()
  if (request.strong === 1) return
  const running = await tx
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .select(['tasks.invoke_id', 'invocations.schedule_kind'])
    .where('tasks.instance_id', '=', instanceId)
    .where('tasks.open', '=', 1)
    .where('tasks.state', '=', 'Running')
    .execute()
  for (const row of running) {
    const key = {invokeId: row.invoke_id, instanceId}
    const errorCode = request.isColdStart ? 'InstanceRestarted' : 'ClientRestarted'
    const errorInfo = 'The agent restarted while the script ran; nobody knows how it ended.'
    const goesOn = row.schedule_kind === 'recurring'
    const isMoved = await changeTask(tx, key, ['Running'], {
      ...(goesOn ? {state: 'Scheduled' as const} : {state: 'Interrupted' as const, open: 0 as const}),
      error_code: errorCode,
      error_info: errorInfo,
      updated_at_ms: nowMs,
    })
    if (!isMoved) continue
    await endRunningRounds(tx, key, {state: 'Interrupted', errorCode, errorInfo}, nowMs)
    changed.add(row.invoke_id)
  }
}
