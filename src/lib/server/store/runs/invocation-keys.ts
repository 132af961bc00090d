import {type RawBuilder, type SqlBool, sql} from 'kysely'
import {
  FINAL_TASK_STATES,
  instanceStatus,
  isFinalTaskState,
  TASK_STATES,
  type TaskState,
} from '../../../protocol/ecs/status.ts'
import {type RepeatMode, TIMED_MODES} from '../../../protocol/repeat.ts'
import type {ScriptType} from '../../../protocol/script.ts'
import type {Reader} from '../database.ts'
import type {Owner} from '../owner.ts'
import {allOf, comesAfter, countUpTo, type Key, type KeySource, NUMBERED_ROWS, WINDOW_ROWS} from '../pages.ts'
import {hasTags, type TagFilter} from '../tags.ts'
import {keysOnInstance} from './instance-window.ts'

export const STATUS_FILTERS = [
  'Running',
  'Finished',
  'Success',
  'Failed',
  'Stopped',
  'Stopping',
  'PartialFailed',
  'Pending',
  'Scheduled',
] as const
type StatusFilter = (typeof STATUS_FILTERS)[number]

export interface InvocationFilter extends Owner {
  invokeId: string | undefined
  instanceId: string | undefined
  commandId: string | undefined
  commandName: string | undefined
  commandType: ScriptType | undefined
  resourceGroupId: string | undefined
  repeatMode: RepeatMode | undefined
  status: StatusFilter | undefined
  /** Will it run again by itself? */
  timed: boolean | undefined
  tags: readonly TagFilter[]
}

type Condition = RawBuilder<SqlBool>

/** Keys of invocations, newest first. Each way to look is one index: by owner, by command, or by instance. */
export function invocationKeys(db: Reader, filter: InvocationFilter): KeySource {
  if (filter.invokeId !== undefined) return direct(db, filter)
  return filter.instanceId === undefined ? byWindow(db, filter) : byInstance(db, filter, filter.instanceId)
}

type Wanted = Owner & {invokeId?: string | undefined; commandId?: string | undefined}

/** Every query carries these, whatever else it looks for. */
export function ownConditions(filter: Wanted): Condition[] {
  return [
    sql<SqlBool>`i.account_id = ${filter.accountId} and i.region_id = ${filter.regionId}`,
    ...(filter.invokeId ? [sql<SqlBool>`i.invoke_id = ${filter.invokeId}`] : []),
    ...(filter.commandId ? [sql<SqlBool>`i.command_id = ${filter.commandId}`] : []),
  ]
}

/**
 * The newest `rows` invocations of the command, or else of the owner, as a table. It names the columns of one index and no others:
 * given more, the planner would have to guess which index is the better one.
 */
export function newestInvocations(filter: Wanted, place: readonly Condition[], rows: number): RawBuilder<unknown> {
  const indexed =
    filter.commandId && !filter.invokeId ? [sql<SqlBool>`i.command_id = ${filter.commandId}`] : ownConditions(filter)
  return sql`(select i.invoke_id, i.account_id, i.region_id, i.command_id, i.created_at_ms, i.command_name, i.command_type,
      i.resource_group_id, i.repeat_mode from invocations i where ${allOf([...indexed, ...place])}
      order by i.created_at_ms desc, i.invoke_id desc limit ${rows})`
}

function otherConditions(filter: InvocationFilter): Condition[] {
  return [
    ...(filter.instanceId ? [hasTask(sql`t.instance_id = ${filter.instanceId}`)] : []),
    ...(filter.commandName ? [sql<SqlBool>`i.command_name = ${filter.commandName}`] : []),
    ...(filter.commandType ? [sql<SqlBool>`i.command_type = ${filter.commandType}`] : []),
    ...(filter.resourceGroupId ? [sql<SqlBool>`i.resource_group_id = ${filter.resourceGroupId}`] : []),
    ...(filter.repeatMode ? [sql<SqlBool>`i.repeat_mode = ${filter.repeatMode}`] : []),
    ...(filter.status ? [hasStatus(filter.status)] : []),
    ...(filter.timed === undefined ? [] : [runsAgain(filter.timed)]),
    ...hasTags('invocation', 'i.invoke_id', filter.tags),
  ]
}

function direct(db: Reader, filter: InvocationFilter): KeySource {
  const where = allOf([...ownConditions(filter), ...otherConditions(filter)])
  const read = async (): Promise<Key[]> => {
    const {rows} =
      await sql<Key>`select i.created_at_ms as at, i.invoke_id as id from invocations i where ${where}`.execute(db)
    return rows
  }
  return {
    read: async ({after, offset}) => ({keys: after !== undefined || offset > 0 ? [] : await read()}),
    count: async () => (await read()).length,
  }
}

/** Filters that no index helps with look at a bounded number of invocations, whatever is stored. */
function byWindow(db: Reader, filter: InvocationFilter): KeySource {
  const others = otherConditions(filter)
  const wanted = allOf([...ownConditions(filter), ...others])
  return {
    read: async ({after, offset, limit}) => {
      const place = comesAfter('i.created_at_ms', 'i.invoke_id', after)
      const rows = others.length === 0 ? offset + limit : offset > 0 ? NUMBERED_ROWS : WINDOW_ROWS
      const window = newestInvocations(filter, place, rows)
      const {rows: keys} =
        await sql<Key>`select i.created_at_ms as at, i.invoke_id as id from ${window} i where ${wanted}
        order by i.created_at_ms desc, i.invoke_id desc limit ${limit} offset ${offset}`.execute(db)
      if (others.length === 0 || keys.length === limit) return {keys}
      const resumeAt = await lastOf(db, window, rows)
      return resumeAt ? {keys, resumeAt} : {keys}
    },
    count: () => countUpTo(db, sql`select 1 from ${newestInvocations(filter, [], NUMBERED_ROWS)} i where ${wanted}`),
  }
}

/** The last invocation of a window, if the window is full: beyond it nobody has looked. */
export async function lastOf(db: Reader, window: RawBuilder<unknown>, rows: number): Promise<Key | undefined> {
  const {rows: ends} = await sql<Key>`select w.created_at_ms as at, w.invoke_id as id from ${window} w
    order by w.created_at_ms desc, w.invoke_id desc limit 1 offset ${rows - 1}`.execute(db)
  return ends[0]
}

function byInstance(db: Reader, filter: InvocationFilter, instanceId: string): KeySource {
  const {commandName: _name, repeatMode: _mode, ...rest} = filter
  return keysOnInstance(db, {
    instanceId,
    key: sql`t.created_at_ms as at, t.invoke_id as id`,
    own: ownConditions({...filter, commandId: undefined}),
    others: [
      ...(filter.commandId ? [sql<SqlBool>`i.command_id = ${filter.commandId}`] : []),
      ...otherConditions({...rest, instanceId: undefined, commandName: undefined, repeatMode: undefined}),
    ],
    invokeIdOf: (id) => id,
  })
}

function hasTask(condition: RawBuilder<unknown>): Condition {
  return sql<SqlBool>`exists (select 1 from tasks t where t.invoke_id = i.invoke_id and ${condition})`
}

function hasState(states: readonly TaskState[]): Condition {
  return hasTask(sql`t.state in (${sql.join(states)})`)
}

const not = (condition: Condition): Condition => sql<SqlBool>`not ${condition}`

const statesOf = (...statuses: string[]): TaskState[] =>
  TASK_STATES.filter((state) => statuses.includes(instanceStatus(state)))
const UNFINISHED = TASK_STATES.filter((state) => !isFinalTaskState(state))
const STOPPED = statesOf('Cancelled', 'Terminated', 'Stopped')
const SUCCESS = statesOf('Success')
const FAILED = FINAL_TASK_STATES.filter((state) => state !== 'Success' && !STOPPED.includes(state))

/** overallStatus of protocol/ecs/status.ts, as conditions. `Running` and `Finished` also mean what they meant before it existed. */
function hasStatus(status: StatusFilter): Condition {
  const finished = not(hasState(UNFINISHED))
  const conditions: Record<StatusFilter, Condition[]> = {
    Running: [hasState(UNFINISHED.filter((state) => state !== 'Stopping'))],
    Pending: [hasState(statesOf('Pending'))],
    Scheduled: [hasState(statesOf('Scheduled')), not(hasState(statesOf('Pending')))],
    Stopping: [hasState(['Stopping']), not(hasState(UNFINISHED.filter((state) => state !== 'Stopping')))],
    Finished: [finished],
    Success: [finished, hasState(SUCCESS), not(hasState(FAILED))],
    Failed: [finished, hasState(FAILED), not(hasState(SUCCESS))],
    PartialFailed: [finished, hasState(FAILED), hasState(SUCCESS)],
    Stopped: [finished, not(hasState(SUCCESS)), not(hasState(FAILED))],
  }
  return allOf(conditions[status])
}

function runsAgain(timed: boolean): Condition {
  const again = sql<SqlBool>`(i.repeat_mode in (${sql.join(TIMED_MODES)})
    and ${hasState(UNFINISHED.filter((state) => state !== 'Stopping'))})`
  return timed ? again : not(again)
}
