import {type RawBuilder, type SqlBool, sql} from 'kysely'
import type {Reader, Tx} from './database.ts'
import {idSlots, idValues, keptQueries} from './kept-query.ts'
import type {TagRow} from './schema.ts'

export interface Tag {
  key: string
  value: string
}

/** A wish: without a value, any value will do. */
export interface TagFilter {
  key: string
  value: string | undefined
}

type ResourceType = TagRow['resource_type']

export async function insertTags(
  tx: Tx,
  resource: {accountId: string; type: ResourceType; id: string},
  tags: readonly Tag[],
): Promise<void> {
  if (tags.length === 0) return
  const rows = tags.map((tag) => ({
    account_id: resource.accountId,
    resource_type: resource.type,
    resource_id: resource.id,
    tag_key: tag.key,
    tag_value: tag.value,
  }))
  await tx.insertInto('tags').values(rows).execute()
}

export async function deleteTags(tx: Tx, type: ResourceType, id: string): Promise<void> {
  await tx.deleteFrom('tags').where('resource_type', '=', type).where('resource_id', '=', id).execute()
}

/** By resource id, keys in order. */
export async function readTags(db: Reader, type: ResourceType, ids: readonly string[]): Promise<Map<string, Tag[]>> {
  const tags = new Map<string, Tag[]>()
  if (ids.length === 0) return tags
  const {rows} = await TAGS(`${ids.length}`)(db, {type, ...idValues(ids)})
  for (const row of rows) {
    const list = tags.get(row.resource_id) ?? []
    list.push({key: row.tag_key, value: row.tag_value})
    tags.set(row.resource_id, list)
  }
  return tags
}

const TAGS = keptQueries(
  (count: string) => (db, values: Record<string, string>) =>
    db
      .selectFrom('tags')
      .select(['resource_id', 'tag_key', 'tag_value'])
      .where('resource_type', '=', values.type as ResourceType)
      .where('resource_id', 'in', idSlots(values, count))
      .orderBy('resource_id')
      .orderBy('tag_key'),
)

/** Conditions that the resource in `idColumn` has all of these. */
export function hasTags(type: ResourceType, idColumn: string, filters: readonly TagFilter[]): RawBuilder<SqlBool>[] {
  return filters.map(
    ({key, value}) => sql<SqlBool>`exists (select 1 from tags where tags.resource_type = ${type}
      and tags.resource_id = ${sql.ref(idColumn)} and tags.tag_key = ${key}
      ${value === undefined ? sql`` : sql`and tags.tag_value = ${value}`})`,
  )
}
