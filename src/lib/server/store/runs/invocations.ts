import {scheduleKind} from '../../../protocol/repeat.ts'
import {expressionKind} from '../../../schedule/kind.ts'
import type {Reader, Tx} from '../database.ts'
import {idSlots, idValues, keptInsert, keptQueries, keptQuery} from '../kept-query.ts'
import type {Owner} from '../owner.ts'
import type {InvocationRow, TaskRow} from '../schema.ts'
import {isOpenTask} from './task-states.ts'

/** What kind of schedule it has follows from the rest. */
export type NewInvocation = Omit<InvocationRow, 'schedule_kind'>

/** Stores an invocation and one pending task per instance; `deadlineMs` 0 means that the agent may take it whenever it comes. */
export async function insertInvocation(
  tx: Tx,
  row: NewInvocation,
  tasks: {instanceIds: readonly string[]; deadlineMs: number},
): Promise<void> {
  const schedule_kind = scheduleKind(row.repeat_mode, expressionKind(row.frequency))
  await INSERT_INVOCATION(tx, [{...row, schedule_kind}])
  const taskRows = tasks.instanceIds.map((instanceId) => pendingTask(row, instanceId, tasks.deadlineMs))
  await INSERT_TASKS(tx, taskRows)
}

const INSERT_INVOCATION = keptInsert('invocations')
const INSERT_TASKS = keptInsert('tasks')

function pendingTask(invocation: NewInvocation, instanceId: string, deadlineMs: number): TaskRow {
  return {
    invoke_id: invocation.invoke_id,
    instance_id: instanceId,
    state: 'Pending',
    open: 1,
    rounds: 0,
    error_code: '',
    error_info: '',
    delivered_at_ms: 0,
    deadline_ms: deadlineMs,
    stop_at_ms: 0,
    inferred: 0,
    recall: 0,
    created_at_ms: invocation.created_at_ms,
    updated_at_ms: invocation.created_at_ms,
  }
}

/** What a waiting caller compares; `undefined` for an invocation that is not the owner's. */
export async function readVersion(db: Reader | Tx, owner: Owner, invokeId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('invocations')
    .select('change_count')
    .where('invoke_id', '=', invokeId)
    .where('account_id', '=', owner.accountId)
    .where('region_id', '=', owner.regionId)
    .executeTakeFirst()
  return row?.change_count
}

/** What a held answer waits for, in one look. */
export async function readProgress(
  db: Reader,
  owner: Owner,
  invokeId: string,
): Promise<{version: number; isOver: boolean} | undefined> {
  const {accountId, regionId} = owner
  const [row] = (await PROGRESS(db, {accountId, regionId, invokeId})).rows
  return row && {version: row.change_count, isOver: Number(row.open) === 0}
}

const PROGRESS = keptQuery((db, of: Owner & {invokeId: string}) =>
  db
    .selectFrom('invocations')
    .select((eb) => [
      'change_count',
      eb
        .selectFrom('tasks')
        .select((task) => task.fn.countAll<number>().as('open'))
        .whereRef('tasks.invoke_id', '=', 'invocations.invoke_id')
        .where(isOpenTask)
        .as('open'),
    ])
    .where('invoke_id', '=', of.invokeId)
    .where('account_id', '=', of.accountId)
    .where('region_id', '=', of.regionId),
)

/** Its instances, where each has one output at most: a schedule has one for each round. */
export async function readFollowable(db: Reader, owner: Owner, invokeId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('invocations')
    .innerJoin('tasks', 'tasks.invoke_id', 'invocations.invoke_id')
    .select('tasks.instance_id')
    .where('invocations.invoke_id', '=', invokeId)
    .where('account_id', '=', owner.accountId)
    .where('region_id', '=', owner.regionId)
    .where('schedule_kind', '!=', 'recurring')
    .execute()
  return new Set(rows.map((row) => row.instance_id))
}

export async function taskInstances(db: Reader | Tx, invokeId: string): Promise<string[]> {
  const rows = await db.selectFrom('tasks').select('instance_id').where('invoke_id', '=', invokeId).execute()
  return rows.map((row) => row.instance_id)
}

const ROWS = keptQueries(
  (count: string) => (db, values: Record<string, string>) =>
    db.selectFrom('invocations').selectAll().where('invoke_id', 'in', idSlots(values, count)),
)

/** In the order of the ids. */
export async function readInvocations(db: Reader, ids: readonly string[]): Promise<InvocationRow[]> {
  if (ids.length === 0) return []
  const {rows} = await ROWS(String(ids.length))(db, idValues(ids))
  const byId = new Map(rows.map((row) => [row.invoke_id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
