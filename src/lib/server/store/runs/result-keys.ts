import {type RawBuilder, type SqlBool, sql} from 'kysely'
import type {TaskState} from '../../../protocol/ecs/status.ts'
import type {Reader} from '../database.ts'
import {keptQuery} from '../kept-query.ts'
import type {Owner} from '../owner.ts'
import {allOf, comesAfter, countUpTo, type Key, type KeySource, NUMBERED_ROWS, WINDOW_ROWS} from '../pages.ts'
import {hasTags, type TagFilter} from '../tags.ts'
import {keysOnInstance} from './instance-window.ts'
import {lastOf, newestInvocations, ownConditions} from './invocation-keys.ts'

export interface ResultFilter extends Owner {
  invokeId: string | undefined
  instanceId: string | undefined
  commandId: string | undefined
  resourceGroupId: string | undefined
  states: readonly TaskState[] | undefined
  tags: readonly TagFilter[]
}

/** A result is named by its invocation and its instance; in a key the two are one text. */
export function splitResultId(id: string): {invokeId: string; instanceId: string} {
  const [invokeId = '', instanceId = ''] = id.split(' ')
  return {invokeId, instanceId}
}

type Condition = RawBuilder<SqlBool>

const KEY = sql`t.created_at_ms as at, t.invoke_id || ' ' || t.instance_id as id`

/** One key per task, the newest invocation first. */
export function resultKeys(db: Reader, filter: ResultFilter): KeySource {
  if (filter.instanceId !== undefined && filter.invokeId === undefined) return byInstance(db, filter, filter.instanceId)
  return byInvocation(db, filter)
}

function byInvocation(db: Reader, filter: ResultFilter): KeySource {
  if (isLook(filter)) return ofInvocation(db, filter)
  const others = otherConditions(filter)
  const from = (after: Key | undefined, window: RawBuilder<unknown>): RawBuilder<unknown> =>
    // A cross join keeps the order of the tables, so that the rows come out of the indexes as they are needed.
    sql`from ${window} i cross join tasks t where t.invoke_id = i.invoke_id
      and ${allOf([...ownConditions(filter), ...others, ...past(after)])}`
  return {
    read: async ({after, offset, limit}) => {
      // Every invocation has a task, so as many invocations as results wanted are enough.
      const rows = others.length === 0 ? offset + limit + 1 : offset > 0 ? NUMBERED_ROWS : WINDOW_ROWS
      const window = newestInvocations(filter, notYounger(after), rows)
      const {rows: keys} = await sql<Key>`select ${KEY} ${from(after, window)}
        order by i.created_at_ms desc, i.invoke_id desc, t.instance_id desc limit ${limit} offset ${offset}`.execute(db)
      if (others.length === 0 || keys.length === limit) return {keys}
      const end = await lastOf(db, window, rows)
      // With an instance id that sorts below all, so that none of its tasks is listed again.
      return end ? {keys, resumeAt: {at: end.at, id: `${end.id} `}} : {keys}
    },
    count: () => countUpTo(db, sql`select 1 ${from(undefined, newestInvocations(filter, [], NUMBERED_ROWS))}`),
  }
}

/** What a waiting caller asks for, again and again: all of one invocation, and nothing else. */
function isLook(filter: ResultFilter): filter is ResultFilter & {invokeId: string} {
  const {invokeId, instanceId, commandId, resourceGroupId, states, tags} = filter
  return invokeId !== undefined && [instanceId, commandId, resourceGroupId, states, tags[0]].every((one) => !one)
}

function ofInvocation(db: Reader, {accountId, regionId, invokeId}: Owner & {invokeId: string}): KeySource {
  const of = {accountId, regionId, invokeId}
  return {
    read: async ({after, offset, limit}) => {
      const afterId = after === undefined ? MOST_ID : splitResultId(after.id).instanceId
      const {rows} = await LOOK(db, {...of, afterId, offset, limit})
      return {keys: rows}
    },
    count: async () => Number((await COUNT(db, of)).rows[0]?.n ?? 0),
  }
}

/** Sorts behind every id. */
const MOST_ID = '￿'

type Look = Owner & {invokeId: string}

const LOOK = keptQuery((db, of: Look & {afterId: string; offset: number; limit: number}) =>
  tasksOf(db, of)
    .select((eb) => ['t.created_at_ms as at', sql<string>`t.invoke_id || ' ' || ${eb.ref('t.instance_id')}`.as('id')])
    .where('t.instance_id', '<', of.afterId)
    .orderBy('t.instance_id', 'desc')
    .limit(of.limit)
    .offset(of.offset),
)

const COUNT = keptQuery((db, of: Look) => tasksOf(db, of).select((eb) => eb.fn.countAll<number>().as('n')))

function tasksOf(db: Reader, of: Look) {
  return db
    .selectFrom('invocations as i')
    .innerJoin('tasks as t', 't.invoke_id', 'i.invoke_id')
    .where('i.invoke_id', '=', of.invokeId)
    .where('i.account_id', '=', of.accountId)
    .where('i.region_id', '=', of.regionId)
}

function byInstance(db: Reader, filter: ResultFilter, instanceId: string): KeySource {
  return keysOnInstance(db, {
    instanceId,
    key: KEY,
    own: ownConditions({...filter, commandId: undefined}),
    others: [
      ...(filter.commandId ? [sql<SqlBool>`i.command_id = ${filter.commandId}`] : []),
      ...otherConditions({...filter, instanceId: undefined}),
    ],
    invokeIdOf: (id) => splitResultId(id).invokeId,
  })
}

function otherConditions(filter: ResultFilter): Condition[] {
  return [
    ...(filter.instanceId ? [sql<SqlBool>`t.instance_id = ${filter.instanceId}`] : []),
    ...(filter.resourceGroupId ? [sql<SqlBool>`i.resource_group_id = ${filter.resourceGroupId}`] : []),
    ...(filter.states ? [hasState(filter.states)] : []),
    ...hasTags('invocation', 'i.invoke_id', filter.tags),
  ]
}

function hasState(states: readonly TaskState[]): Condition {
  return states.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`t.state in (${sql.join(states)})`
}

/** The invocation whose results the last page may have broken off, and all before it. */
function notYounger(after: Key | undefined): Condition[] {
  if (after === undefined) return []
  return [sql<SqlBool>`(i.created_at_ms, i.invoke_id) <= (${after.at}, ${splitResultId(after.id).invokeId})`]
}

function past(after: Key | undefined): Condition[] {
  if (after === undefined) return []
  const {invokeId, instanceId} = splitResultId(after.id)
  return [sql<SqlBool>`(i.invoke_id <> ${invokeId} or t.instance_id < ${instanceId})`]
}

/** Every round of one invocation by its start, the newest first, and the tasks that have none. The id is the instance's. */
export function roundKeys(db: Reader, filter: ResultFilter & {invokeId: string}): KeySource {
  const wanted = allOf([...ownConditions(filter), ...otherConditions({...filter, states: undefined})])
  const states = (column: string): RawBuilder<unknown> =>
    filter.states === undefined
      ? sql``
      : filter.states.length === 0
        ? sql`and 1 = 0`
        : sql`and ${sql.ref(column)} in (${sql.join(filter.states)})`
  const all = sql`(select r.start_ms as at, r.instance_id as id
      from invocations i cross join tasks t cross join results r
      where t.invoke_id = i.invoke_id and r.invoke_id = t.invoke_id and r.instance_id = t.instance_id and ${wanted} ${states('r.state')}
    union all
    select t.created_at_ms as at, t.instance_id as id from invocations i cross join tasks t
      where t.invoke_id = i.invoke_id and ${wanted} ${states('t.state')}
      and not exists (select 1 from results r where r.invoke_id = t.invoke_id and r.instance_id = t.instance_id)) k`
  return {
    read: async ({after, offset, limit}) => {
      const {rows} = await sql<Key>`select at, id from ${all} where ${allOf(comesAfter('at', 'id', after))}
        order by at desc, id desc limit ${limit} offset ${offset}`.execute(db)
      return {keys: rows}
    },
    count: () => countUpTo(db, sql`select 1 from ${all}`),
  }
}
