import {type SqlBool, sql} from 'kysely'
import type {Reader, Tx} from '../database.ts'
import type {Owner} from '../owner.ts'
import {allOf, type Key, type KeySource, keySourceOf, matchesWildcard} from '../pages.ts'
import type {ActivationRow} from '../schema.ts'
import {hasTags, type TagFilter} from '../tags.ts'

const HOUR_MS = 3_600_000

export async function insertActivation(tx: Tx, row: ActivationRow): Promise<void> {
  await tx.insertInto('activations').values(row).execute()
}

export async function findActivation(
  db: Reader | Tx,
  owner: Owner,
  activationId: string,
): Promise<ActivationRow | undefined> {
  return db
    .selectFrom('activations')
    .selectAll()
    .where('activation_id', '=', activationId)
    .where('account_id', '=', owner.accountId)
    .where('region_id', '=', owner.regionId)
    .where('deleted', '=', 0)
    .executeTakeFirst()
}

/** Those that an instance could still register with. */
export async function countLiveActivations(tx: Tx, owner: Owner, nowMs: number): Promise<number> {
  const {rows} = await sql<{n: number}>`select count(*) as n from activations
    where account_id = ${owner.accountId} and region_id = ${owner.regionId} and deleted = 0 and disabled = 0
    and registered_count < instance_count and created_at_ms + ttl_hours * ${HOUR_MS} > ${nowMs}`.execute(tx)
  return Number(rows[0]?.n ?? 0)
}

export async function disableActivation(tx: Tx, activationId: string): Promise<void> {
  await tx.updateTable('activations').set({disabled: 1}).where('activation_id', '=', activationId).execute()
}

/** False when an instance has registered with it meanwhile. */
export async function deleteActivation(tx: Tx, activationId: string): Promise<boolean> {
  const done = await tx
    .updateTable('activations')
    .set({deleted: 1})
    .where('activation_id', '=', activationId)
    .where('registered_count', '=', 0)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export interface ActivationFilter extends Owner {
  activationId: string | undefined
  namePrefix: string | undefined
  resourceGroupId: string | undefined
  tags: readonly TagFilter[]
}

/** Few at any time, so the list is read whole. */
export async function activationKeys(db: Reader, filter: ActivationFilter): Promise<KeySource> {
  const wanted = [
    sql<SqlBool>`account_id = ${filter.accountId} and region_id = ${filter.regionId} and deleted = 0`,
    ...(filter.activationId ? [sql<SqlBool>`activation_id = ${filter.activationId}`] : []),
    ...(filter.namePrefix ? [matchesWildcard('instance_name', `${filter.namePrefix}*`)] : []),
    ...(filter.resourceGroupId ? [sql<SqlBool>`resource_group_id = ${filter.resourceGroupId}`] : []),
    ...hasTags('activation', 'activations.activation_id', filter.tags),
  ]
  const {rows} = await sql<Key>`select created_at_ms as at, activation_id as id from activations where ${allOf(wanted)}
    order by created_at_ms desc, activation_id desc`.execute(db)
  return keySourceOf(rows)
}

/** In the order of the ids. */
export async function readActivations(db: Reader, ids: readonly string[]): Promise<ActivationRow[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('activations').selectAll().where('activation_id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.activation_id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
