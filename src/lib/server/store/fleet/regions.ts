import type {Reader} from '../database.ts'

/** Regions in which the account has machines, or has prepared for some; in the order of their names. */
export async function listRegions(db: Reader, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('instances')
    .select('region_id')
    .where('account_id', '=', accountId)
    .where('deregistered_at_ms', '=', 0)
    .union(
      db.selectFrom('activations').select('region_id').where('account_id', '=', accountId).where('deleted', '=', 0),
    )
    .union(db.selectFrom('commands').select('region_id').where('account_id', '=', accountId))
    .execute()
  return rows.map((row) => row.region_id).sort()
}
