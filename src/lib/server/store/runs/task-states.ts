import {type RawBuilder, type SqlBool, sql, type Updateable} from 'kysely'
import {OPEN_TASK_STATES, type TaskState} from '../../../protocol/ecs/status.ts'
import type {Tx} from '../database.ts'
import type {TaskRow} from '../schema.ts'

export interface TaskKey {
  invokeId: string
  instanceId: string
}

/** Nothing was started yet, as far as anybody knows. */
export const UNSTARTED = ['Pending', 'Delivered'] as const satisfies readonly TaskState[]

/** Every state that is not final. */
export const OPEN: readonly TaskState[] = OPEN_TASK_STATES

/** In these words, because the index of the few is found by them. */
export const isRecalled: RawBuilder<SqlBool> = sql<SqlBool>`tasks.recall = 1`

/**
 * That a task is open, for queries that find their tasks by invocation. The sign keeps the engine from going through every open task of
 * the server, which an index would let it do.
 */
export const isOpenTask: RawBuilder<SqlBool> = sql<SqlBool>`+tasks.open = 1`
export const isClosedTask: RawBuilder<SqlBool> = sql<SqlBool>`+tasks.open = 0`

/**
 * The only way a task changes: one UPDATE that repeats the ids and the states it may come from.
 * `false`: somebody was first; the caller reads again and answers by what it finds.
 */
export async function changeTask(
  tx: Tx,
  key: TaskKey,
  from: readonly TaskState[],
  change: Updateable<TaskRow>,
): Promise<boolean> {
  const {numUpdatedRows} = await tx
    .updateTable('tasks')
    .set(change)
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
    .where('state', 'in', from)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Nobody else changes it before the transaction ends; what is read of it from here on is so. */
export async function lockTask(tx: Tx, key: TaskKey): Promise<void> {
  await tx
    .selectFrom('tasks')
    .select('invoke_id')
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
    .forUpdate()
    .execute()
}

/** Tells waiting callers that something they can see has changed; in the transaction of the change. */
export async function countChange(tx: Tx, invokeId: string): Promise<void> {
  await tx
    .updateTable('invocations')
    .set((eb) => ({change_count: eb('change_count', '+', 1)}))
    .where('invoke_id', '=', invokeId)
    .execute()
}
