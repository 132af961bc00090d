import {type SqlBool, sql} from 'kysely'
import type {ScriptType} from '../../protocol/script.ts'
import type {Reader, Tx} from './database.ts'
import {keptInsert} from './kept-query.ts'
import type {Owner} from './owner.ts'
import {allOf, comesAfter, type Key, type KeySource, matchesWildcard, NUMBERED_ROWS} from './pages.ts'
import {isOpenTask} from './runs/task-states.ts'
import type {CommandRow} from './schema.ts'
import {hasTags, type TagFilter} from './tags.ts'

export async function insertCommand(tx: Tx, row: CommandRow): Promise<void> {
  await INSERT(tx, [row])
}

const INSERT = keptInsert('commands')

/** Kept ones only: what RunCommand made in passing can be neither used nor changed again. */
export async function findCommand(db: Reader | Tx, owner: Owner, commandId: string): Promise<CommandRow | undefined> {
  return db
    .selectFrom('commands')
    .selectAll()
    .where('command_id', '=', commandId)
    .where('account_id', '=', owner.accountId)
    .where('region_id', '=', owner.regionId)
    .where('kept', '=', 1)
    .executeTakeFirst()
}

export async function countCommands(tx: Tx, owner: Owner): Promise<number> {
  const {count} = await tx
    .selectFrom('commands')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', owner.accountId)
    .where('region_id', '=', owner.regionId)
    .where('kept', '=', 1)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export type CommandChange = Partial<
  Pick<CommandRow, 'name' | 'description' | 'launcher' | 'timeout_sec' | 'working_dir'>
>

export async function updateCommand(tx: Tx, commandId: string, change: CommandChange): Promise<void> {
  if (Object.keys(change).length === 0) return
  await tx.updateTable('commands').set(change).where('command_id', '=', commandId).execute()
}

export async function deleteCommand(tx: Tx, commandId: string): Promise<void> {
  await tx.deleteFrom('commands').where('command_id', '=', commandId).execute()
}

export async function countUse(tx: Tx, commandId: string): Promise<void> {
  await tx
    .updateTable('commands')
    .set((eb) => ({invoke_times: eb('invoke_times', '+', 1)}))
    .where('command_id', '=', commandId)
    .execute()
}

/** Is an instance still to run it, now or later? */
export async function isCommandInUse(tx: Tx, commandId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('invocations')
    .innerJoin('tasks', 'tasks.invoke_id', 'invocations.invoke_id')
    .select('invocations.invoke_id')
    .where('invocations.command_id', '=', commandId)
    .where(isOpenTask)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export interface CommandFilter extends Owner {
  commandId: string | undefined
  name: string | undefined
  description: string | undefined
  type: ScriptType | undefined
  resourceGroupId: string | undefined
  tags: readonly TagFilter[]
}

export function commandKeys(db: Reader, filter: CommandFilter): KeySource {
  const wanted = [
    sql<SqlBool>`account_id = ${filter.accountId} and region_id = ${filter.regionId} and kept = 1`,
    ...(filter.commandId ? [sql<SqlBool>`command_id = ${filter.commandId}`] : []),
    ...(filter.name ? [matchesWildcard('name', filter.name)] : []),
    ...(filter.description ? [matchesWildcard('description', filter.description)] : []),
    ...(filter.type ? [sql<SqlBool>`type = ${filter.type}`] : []),
    ...(filter.resourceGroupId ? [sql<SqlBool>`resource_group_id = ${filter.resourceGroupId}`] : []),
    ...hasTags('command', 'commands.command_id', filter.tags),
  ]
  return {
    read: async ({after, offset, limit}) => {
      const where = allOf([...wanted, ...comesAfter('created_at_ms', 'command_id', after)])
      const {rows} = await sql<Key>`select created_at_ms as at, command_id as id from commands where ${where}
        order by created_at_ms desc, command_id desc limit ${limit} offset ${offset}`.execute(db)
      return {keys: rows}
    },
    count: async () => {
      const {rows} = await sql<{n: number}>`select count(*) as n from
        (select 1 from commands where ${allOf(wanted)} limit ${NUMBERED_ROWS}) as counted`.execute(db)
      return Number(rows[0]?.n ?? 0)
    },
  }
}

/** In the order of the ids. */
export async function readCommands(db: Reader, ids: readonly string[]): Promise<CommandRow[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('commands').selectAll().where('command_id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.command_id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
