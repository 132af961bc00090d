import {type RawBuilder, type SqlBool, sql} from 'kysely'
import type {Reader} from '../database.ts'
import {keptQuery} from '../kept-query.ts'

/**
 * Tasks of one round that their agent has taken and that have not ended, and schedules of which a round runs: each takes one of the
 * agent's slots. What is to be stopped may still run.
 */
function takesSlot(tasks: string, invocations: string): RawBuilder<SqlBool> {
  const [state, kind, mode] = [`${tasks}.state`, `${invocations}.schedule_kind`, `${invocations}.repeat_mode`].map(
    (name) => sql.ref(name),
  )
  return sql<SqlBool>`(${state} in ('Delivered', 'Running')
    or (${state} = 'Stopping' and ${kind} = 'once' and ${mode} = 'Once'))`
}

/** In a query of tasks with their instances: whether the agent has a slot free. */
export const hasFreeSlot = sql<SqlBool>`instances.slots > (select count(*) from tasks as taken
  inner join invocations as used on used.invoke_id = taken.invoke_id
  where taken.instance_id = tasks.instance_id and taken.open = 1 and ${takesSlot('taken', 'used')})`

export async function countTaken(reader: Reader, instanceId: string): Promise<number> {
  const [row] = (await TAKEN(reader, {instanceId})).rows
  return Number(row?.taken ?? 0)
}

const TAKEN = keptQuery((db, of: {instanceId: string}) =>
  db
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .select((eb) => eb.fn.countAll<number>().as('taken'))
    .where('tasks.instance_id', '=', of.instanceId)
    .where('tasks.open', '=', 1)
    .where(takesSlot('tasks', 'invocations')),
)

/** A task that waits here for a slot of its agent. */
export async function findWaiting(reader: Reader, instanceId: string): Promise<{invokeId: string} | undefined> {
  return (await WAITING(reader, {instanceId})).rows[0]
}

const WAITING = keptQuery((db, of: {instanceId: string}) =>
  db
    .selectFrom('tasks')
    .select('invoke_id as invokeId')
    .where('instance_id', '=', of.instanceId)
    .where('open', '=', 1)
    .where('state', '=', 'Pending')
    .limit(1),
)
