import type {HeldTask} from '../../../protocol/agent/held.ts'
import type {Reader, Tx} from '../database.ts'
import {keptQuery} from '../kept-query.ts'
import type {InvocationRow} from '../schema.ts'
import {isRecalled} from './task-states.ts'

/** A task that its agent must end. */
export type StopOffer = Pick<
  InvocationRow,
  'invoke_id' | 'command_id' | 'command_type' | 'invoke_version' | 'repeat_mode' | 'frequency' | 'created_at_ms'
>

const MOST_STOPS = 200

/** What was stopped and has not ended yet, and what is over here although its agent may still have it. */
export async function selectStops(tx: Tx, instanceId: string): Promise<StopOffer[]> {
  const {rows: stopping} = await STOPPING(tx, {instanceId})
  const {rows: recalled} = await RECALLED(tx, {instanceId})
  return [...stopping, ...recalled].slice(0, MOST_STOPS)
}

const STOPPING = keptQuery((db, of: {instanceId: string}) =>
  selectOf(db, of.instanceId)
    .where('tasks.open', '=', 1)
    .where('tasks.state', '=', 'Stopping')
    .orderBy('tasks.stop_at_ms'),
)

const RECALLED = keptQuery((db, of: {instanceId: string}) => selectOf(db, of.instanceId).where(isRecalled))

/** Our agents say what they hold whenever they connect, so that one telling is enough; others answer each stop. */
export async function forgetRecalls(tx: Tx, instanceId: string): Promise<void> {
  await FORGET(tx, {instanceId})
}

const FORGET = keptQuery((db, of: {instanceId: string}) =>
  db.updateTable('tasks').set({recall: 0}).where('instance_id', '=', of.instanceId).where(isRecalled),
)

/**
 * What an agent holds and must not: tasks that were never its own here, as after a restored database, and those whose end is known. An
 * end that was only inferred is none: the agent knows better.
 */
export async function selectHeldInVain(
  reader: Reader,
  instanceId: string,
  held: readonly HeldTask[],
): Promise<StopOffer[]> {
  if (held.length === 0) return []
  const ids = held.map(({taskId}) => taskId)
  const rows = await selectOf(reader, instanceId)
    .select(['tasks.open', 'tasks.inferred'])
    .where('tasks.invoke_id', 'in', ids)
    .execute()
  const known = new Set(rows.map((row) => row.invoke_id))
  return [
    ...rows.filter((row) => row.open === 0 && row.inferred === 0),
    ...held.filter(({taskId}) => !known.has(taskId)).map(unknownTask),
  ]
}

function unknownTask({taskId, invokeVersion}: HeldTask): StopOffer {
  return {
    invoke_id: taskId,
    command_id: '',
    command_type: 'RunShellScript',
    invoke_version: invokeVersion,
    repeat_mode: 'Period',
    frequency: '',
    created_at_ms: 0,
  }
}

function selectOf(reader: Reader, instanceId: string) {
  return reader
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .select([
      'invocations.invoke_id',
      'invocations.command_id',
      'invocations.command_type',
      'invocations.invoke_version',
      'invocations.repeat_mode',
      'invocations.frequency',
      'invocations.created_at_ms',
    ])
    .where('tasks.instance_id', '=', instanceId)
}
