import {type RawBuilder, type SqlBool, sql} from 'kysely'
import type {Reader, Tx} from '../database.ts'
import {idSlots, idValues, keptQueries} from '../kept-query.ts'
import type {Owner} from '../owner.ts'
import {allOf, comesAfter, type Key, type KeySource, keySourceOf, matchesWildcard, NUMBERED_ROWS} from '../pages.ts'
import type {InstanceRow} from '../schema.ts'
import {hasTags, type TagFilter} from '../tags.ts'

export interface InstanceFilter extends Owner {
  instanceIds?: readonly string[] | undefined
  activationId?: string | undefined
  machineId?: string | undefined
  /** With `*` wildcards. */
  name?: string | undefined
  /** Private or public address. */
  ip?: string | undefined
  /** Any of these private, or of these public addresses. */
  privateIps?: readonly string[] | undefined
  publicIps?: readonly string[] | undefined
  /** Whatever its case. */
  osType?: string | undefined
  resourceGroupId?: string | undefined
  tags?: readonly TagFilter[] | undefined
  /** What `online.isOnline` must say. */
  isOnline?: boolean | undefined
}

/** Ids of those that are online, which their rows alone don't tell. */
type OnlineAmong = (rows: ReadonlyArray<{instance_id: string; last_seen_at_ms: number}>) => Promise<ReadonlySet<string>>

/**
 * Registered instances, newest first. Whether one is online is not in the database alone, so a list filtered by that is read whole:
 * three small columns of each instance of the region.
 */
export async function instanceKeys(db: Reader, filter: InstanceFilter, onlineAmong: OnlineAmong): Promise<KeySource> {
  const wanted = conditions(filter)
  if (filter.isOnline !== undefined) {
    const {rows} = await sql<
      Key & {last_seen_at_ms: number}
    >`select registered_at_ms as at, instance_id as id, last_seen_at_ms
      from instances where ${allOf(wanted)} order by registered_at_ms desc, instance_id desc`.execute(db)
    const online = await onlineAmong(rows.map((row) => ({...row, instance_id: row.id})))
    return keySourceOf(rows.filter((row) => online.has(row.id) === filter.isOnline))
  }
  return {
    read: async ({after, offset, limit}) => {
      const where = allOf([...wanted, ...comesAfter('registered_at_ms', 'instance_id', after)])
      const {rows} = await sql<Key>`select registered_at_ms as at, instance_id as id from instances where ${where}
        order by registered_at_ms desc, instance_id desc limit ${limit} offset ${offset}`.execute(db)
      return {keys: rows}
    },
    count: async () => {
      const {rows} = await sql<{n: number}>`select count(*) as n from
        (select 1 from instances where ${allOf(wanted)} limit ${NUMBERED_ROWS}) as counted`.execute(db)
      return Number(rows[0]?.n ?? 0)
    },
  }
}

function conditions(filter: InstanceFilter): RawBuilder<SqlBool>[] {
  return [
    sql<SqlBool>`account_id = ${filter.accountId} and region_id = ${filter.regionId} and deregistered_at_ms = 0`,
    ...oneOf('instance_id', filter.instanceIds),
    ...equals('activation_id', filter.activationId),
    ...equals('machine_id', filter.machineId),
    ...(filter.name ? [matchesWildcard('name', filter.name)] : []),
    ...(filter.ip ? [sql<SqlBool>`(intranet_ip = ${filter.ip} or internet_ip = ${filter.ip})`] : []),
    ...oneOf('intranet_ip', filter.privateIps),
    ...oneOf('internet_ip', filter.publicIps),
    ...(filter.osType ? [sql<SqlBool>`lower(os_type) = ${filter.osType.toLowerCase()}`] : []),
    ...equals('resource_group_id', filter.resourceGroupId),
    ...hasTags('managedinstance', 'instances.instance_id', filter.tags ?? []),
  ]
}

function equals(column: string, value: string | undefined): RawBuilder<SqlBool>[] {
  return value ? [sql<SqlBool>`${sql.ref(column)} = ${value}`] : []
}

function oneOf(column: string, values: readonly string[] | undefined): RawBuilder<SqlBool>[] {
  if (values === undefined) return []
  return [values.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${sql.ref(column)} in (${sql.join(values)})`]
}

/** In the order of the ids; registered or not. */
export async function readInstances(db: Reader | Tx, owner: Owner, ids: readonly string[]): Promise<InstanceRow[]> {
  if (ids.length === 0) return []
  const {accountId, regionId} = owner
  const {rows} = await ROWS(String(ids.length))(db, {accountId, regionId, ...idValues(ids)})
  const byId = new Map(rows.map((row) => [row.instance_id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

const ROWS = keptQueries(
  (count: string) => (db, values: Record<string, string>) =>
    db
      .selectFrom('instances')
      .selectAll()
      .where('instance_id', 'in', idSlots(values, count))
      .where('account_id', '=', values.accountId ?? '')
      .where('region_id', '=', values.regionId ?? ''),
)

/** As readInstances; none of them is deregistered before the transaction ends. */
export async function holdInstances(tx: Tx, owner: Owner, ids: readonly string[]): Promise<InstanceRow[]> {
  if (ids.length === 0) return []
  await HELD(String(ids.length))(tx, idValues(ids))
  return readInstances(tx, owner, ids)
}

const HELD = keptQueries(
  (count: string) => (db, values: Record<string, string>) =>
    db
      .selectFrom('instances')
      .select('instance_id')
      .where('instance_id', 'in', idSlots(values, count))
      .orderBy('instance_id')
      .forKeyShare(),
)

/** Ids of registered instances that have all the tags, at most `limit`. */
export async function instancesWithTags(
  tx: Tx,
  owner: Owner,
  tags: readonly TagFilter[],
  limit: number,
): Promise<string[]> {
  const {rows} = await sql<{
    id: string
  }>`select instance_id as id from instances where ${allOf(conditions({...owner, tags}))}
    order by registered_at_ms, instance_id limit ${limit}`.execute(tx)
  return rows.map((row) => row.id)
}

/** How many tasks of each instance are running now. */
export async function countRunning(db: Reader, instanceIds: readonly string[]): Promise<Map<string, number>> {
  if (instanceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('tasks')
    .select(['instance_id', (eb) => eb.fn.countAll<number>().as('running')])
    .where('instance_id', 'in', instanceIds)
    .where('open', '=', 1)
    .where('state', 'in', ['Running', 'Stopping'])
    .groupBy('instance_id')
    .execute()
  return new Map(rows.map((row) => [row.instance_id, Number(row.running)]))
}
