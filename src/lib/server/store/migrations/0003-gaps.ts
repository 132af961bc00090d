import type {Kysely} from 'kysely'

/** Where bytes are missing within an output that was kept. */
export async function gaps(db: Kysely<unknown>): Promise<void> {
  for (const name of ['gap_after', 'gap_bytes']) {
    await db.schema
      .alterTable('results')
      .addColumn(name, 'bigint', (column) => column.notNull().defaultTo(0))
      .execute()
  }
}
