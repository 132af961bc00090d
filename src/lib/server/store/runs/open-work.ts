import type {TaskState} from '../../../protocol/ecs/status.ts'
import {BOOT_MODES} from '../../../protocol/repeat.ts'
import type {Reader} from '../database.ts'
import {keptQuery} from '../kept-query.ts'
import {hasFreeSlot} from './slots.ts'
import {isRecalled} from './task-states.ts'

export interface OpenWork {
  instanceId: string
  taskId: string
  kind: 'run' | 'stop'
}

/** Spares a fetch that finds nothing its transaction. */
export async function hasOpenTask(reader: Reader, instanceId: string): Promise<boolean> {
  const {rows} = await OPEN_TASK(reader, {instanceId})
  return rows.length > 0 || (await findRecall(reader, instanceId)) !== undefined
}

const OPEN_TASK = keptQuery((db, of: {instanceId: string}) =>
  db.selectFrom('tasks').select('invoke_id').where('instance_id', '=', of.instanceId).where('open', '=', 1).limit(1),
)

async function findRecall(reader: Reader, instanceId: string): Promise<{invoke_id: string} | undefined> {
  return (await RECALL(reader, {instanceId})).rows[0]
}

const RECALL = keptQuery((db, of: {instanceId: string}) =>
  db.selectFrom('tasks').select('invoke_id').where('instance_id', '=', of.instanceId).where(isRecalled).limit(1),
)

/** Something that a kick would move: not yet taken, or to be stopped. */
export async function findOpenWork(
  reader: Reader,
  instance: {instance_id: string; strong: 0 | 1},
): Promise<OpenWork | undefined> {
  const [row] = (await WORK(reader, {instanceId: instance.instance_id})).rows
  if (row) return toOpenWork(row)
  const recall = await findRecall(reader, instance.instance_id)
  return recall && {instanceId: instance.instance_id, taskId: recall.invoke_id, kind: 'stop'}
}

const WORK = keptQuery((db, of: {instanceId: string}) =>
  selectOpenWork(db).where('tasks.instance_id', '=', of.instanceId).limit(1),
)

/** One piece of open work per instance that has waited since `beforeMs`. */
export async function listOpenWork(reader: Reader, beforeMs: number): Promise<OpenWork[]> {
  const rows = await selectOpenWork(reader)
    .where('tasks.updated_at_ms', '<=', beforeMs)
    .where('tasks.delivered_at_ms', '<=', beforeMs)
    .execute()
  const recalled = await reader.selectFrom('tasks').select(['instance_id', 'invoke_id']).where(isRecalled).execute()
  const work = [
    ...recalled.map((row) => ({instanceId: row.instance_id, taskId: row.invoke_id, kind: 'stop' as const})),
    ...rows.map(toOpenWork),
  ]
  return [...new Map(work.map((one) => [one.instanceId, one])).values()]
}

function selectOpenWork(reader: Reader) {
  return reader
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .innerJoin('instances', 'instances.instance_id', 'tasks.instance_id')
    .select(['tasks.instance_id', 'tasks.invoke_id', 'tasks.state'])
    .where('tasks.open', '=', 1)
    .where((eb) =>
      eb.or([
        eb('tasks.state', 'in', ['Delivered', 'Stopping']),
        eb.and([eb('tasks.state', '=', 'Pending'), eb('invocations.repeat_mode', '!=', 'Once')]),
        // A full agent is kicked when something ends there.
        eb.and([eb('tasks.state', '=', 'Pending'), hasFreeSlot]),
        eb.and([eb('tasks.state', 'in', ['Scheduled', 'Running']), eb('tasks.delivered_at_ms', '=', 0)]),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb('instances.strong', '=', 1),
        eb('tasks.state', '=', 'Stopping'),
        eb('invocations.repeat_mode', 'not in', BOOT_MODES),
      ]),
    )
}

function toOpenWork(row: {instance_id: string; invoke_id: string; state: TaskState}): OpenWork {
  return {instanceId: row.instance_id, taskId: row.invoke_id, kind: row.state === 'Stopping' ? 'stop' : 'run'}
}
