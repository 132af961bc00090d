import {type Kysely, sql} from 'kysely'
import type {ColumnTypes} from './0001-first.ts'

/** What servers that share a database must know of each other: who lives, who holds which agent's channel, and by which key secrets are sealed. */
export async function replicas(db: Kysely<unknown>, engine: ColumnTypes): Promise<void> {
  const text = sql.raw(engine.text)
  await db.schema
    .createTable('replicas')
    .addColumn('replica_id', text, (column) => column.primaryKey())
    .addColumn('alive_until_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('channels')
    .addColumn('instance_id', text, (column) => column.primaryKey())
    .addColumn('replica_id', text, (column) => column.notNull())
    .addColumn('opened_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('contested_at_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('channels_replica').on('channels').columns(['replica_id']).execute()
  await db.schema
    .createTable('facts')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('value', text, (column) => column.notNull())
    .execute()
}
