import {type SqlBool, sql} from 'kysely'
import type {Reader} from '../database.ts'

/**
 * Tasks of one round that their agent has taken and that have not ended, and schedules of which a round runs: each takes one of the
 * agent's slots. What is to be stopped may still run.
 */
const takesSlot = sql<SqlBool>`(tasks.state in ('Delivered', 'Running')
  or (tasks.state = 'Stopping' and invocations.schedule_kind = 'once' and invocations.repeat_mode = 'Once'))`

export async function countTaken(reader: Reader, instanceId: string): Promise<number> {
  const row = await reader
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .select((eb) => eb.fn.countAll<number>().as('taken'))
    .where('tasks.instance_id', '=', instanceId)
    .where('tasks.open', '=', 1)
    .where(takesSlot)
    .executeTakeFirstOrThrow()
  return Number(row.taken)
}

/** A task that waits here for a slot of its agent. */
export async function findWaiting(reader: Reader, instanceId: string): Promise<{invokeId: string} | undefined> {
  return reader
    .selectFrom('tasks')
    .select('invoke_id as invokeId')
    .where('instance_id', '=', instanceId)
    .where('open', '=', 1)
    .where('state', '=', 'Pending')
    .limit(1)
    .executeTakeFirst()
}
