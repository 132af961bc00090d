import {type Kysely, sql} from 'kysely'
import type {ColumnTypes} from './0001-first.ts'

/** Who follows which output, and what of it is kept aside until they have it. */
export async function followers(db: Kysely<unknown>, engine: ColumnTypes): Promise<void> {
  const text = sql.raw(engine.text)
  await db.schema
    .createTable('followers')
    .addColumn('invoke_id', text, (column) => column.notNull())
    .addColumn('instance_id', text, (column) => column.notNull())
    .addColumn('follower_id', text, (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('looked_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('until_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('followers_key', ['invoke_id', 'instance_id', 'follower_id'])
    .execute()
  await db.schema.createIndex('followers_until').on('followers').columns(['until_ms']).execute()
  await db.schema
    .createTable('unread_output')
    .addColumn('invoke_id', text, (column) => column.notNull())
    .addColumn('instance_id', text, (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('end_position', 'bigint', (column) => column.notNull())
    .addColumn('bytes', sql.raw(engine.blob), (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('unread_output_key', ['invoke_id', 'instance_id', 'position'])
    .execute()
}
