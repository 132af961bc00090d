import {type RawBuilder, type SqlBool, sql, type Updateable} from 'kysely'
import {OPEN_TASK_STATES, type TaskState} from '../../../protocol/ecs/status.ts'
import type {Tx} from '../database.ts'
import {keptQueries, keptQuery} from '../kept-query.ts'
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
  const columns = Object.keys(change).filter((name) => change[name as keyof TaskRow] !== undefined)
  const values: Record<string, unknown> = {invokeId: key.invokeId, instanceId: key.instanceId}
  for (const name of columns) values[`set_${name}`] = change[name as keyof TaskRow]
  for (const [index, state] of from.entries()) values[`from_${index}`] = state
  const {numAffectedRows} = await CHANGE(`${columns.join()} ${from.length}`)(tx, values)
  return (numAffectedRows ?? 0n) > 0n
}

/** The shape: the columns that are set, and how many states it may come from. */
const CHANGE = keptQueries((shape: string) => (db, values: Record<string, unknown>) => {
  const [columns = '', from = '1'] = shape.split(' ')
  const change = Object.fromEntries(columns.split(',').map((name) => [name, values[`set_${name}`]]))
  const states = Array.from({length: Number(from)}, (_, index) => values[`from_${index}`] as TaskState)
  return db
    .updateTable('tasks')
    .set(change as Updateable<TaskRow>)
    .where('invoke_id', '=', values.invokeId as string)
    .where('instance_id', '=', values.instanceId as string)
    .where('state', 'in', states)
})

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
  await COUNT_CHANGE(tx, {invokeId})
}

const COUNT_CHANGE = keptQuery((db, of: {invokeId: string}) =>
  db
    .updateTable('invocations')
    .set((eb) => ({change_count: eb('change_count', '+', 1)}))
    .where('invoke_id', '=', of.invokeId),
)
