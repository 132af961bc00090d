import {type Kysely, sql} from 'kysely'
import type {ColumnTypes} from './0001-first.ts'

/**
 * What kind of schedule an invocation has is decided once; a task that is over can be recalled from an agent that still holds it; and
 * what is few among many (rounds that run, tasks to recall) is found without looking at the many.
 */
export async function kindsAndRecalls(db: Kysely<unknown>, engine: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable('invocations')
    .addColumn('schedule_kind', sql.raw(engine.text), (column) => column.notNull().defaultTo('once'))
    .execute()
  await sql`update invocations set schedule_kind = case
    when repeat_mode = 'EveryReboot' then 'recurring'
    when repeat_mode <> 'Period' then 'once'
    when lower(replace(frequency, ' ', '')) like 'at(%' then 'at'
    else 'recurring' end`.execute(db)
  await db.schema
    .alterTable('tasks')
    .addColumn('recall', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema
    .alterTable('instances')
    .addColumn('slots', 'integer', (column) => column.notNull().defaultTo(10))
    .execute()
  await sql`create index tasks_recall on tasks (instance_id) where recall = 1`.execute(db)
  await sql`create index results_running on results (invoke_id, instance_id) where state = 'Running'`.execute(db)
}
