import {sql} from 'kysely'
import {LIMITS} from '../../protocol/ecs/limits.ts'
import {CLIENT_TOKEN_MS} from './calls/client-tokens.ts'
import {pruneNonces} from './calls/nonces.ts'
import type {Tx} from './database.ts'
import {isOpenTask} from './runs/task-states.ts'

const DAY_MS = 86_400_000

/** A clock that is set back a little must not let in again what it had let in before. */
const NONCE_MARGIN_MS = 10 * 60_000

/** Few enough for the writes that wait behind it. */
const INVOCATIONS_AT_ONCE = 100
const ROWS_AT_ONCE = 1000

/** Forgets what nobody may ask for any more, a portion at a time. Returns how many rows went: 0 = done for now. */
export async function prune(tx: Tx, nowMs: number): Promise<number> {
  const cutoffMs = nowMs - LIMITS.invocationRetentionDays * DAY_MS
  return (
    (await pruneNonces(tx, nowMs - NONCE_MARGIN_MS)) +
    (await pruneClientTokens(tx, nowMs - CLIENT_TOKEN_MS)) +
    (await pruneInvocations(tx, cutoffMs)) +
    (await pruneRounds(tx, cutoffMs)) +
    (await pruneAudit(tx, nowMs - LIMITS.auditRetentionDays * DAY_MS))
  )
}

async function pruneClientTokens(tx: Tx, beforeMs: number): Promise<number> {
  const {numDeletedRows} = await tx
    .deleteFrom('client_tokens')
    .where((eb) =>
      eb(
        eb.refTuple('account_id', 'token'),
        'in',
        eb
          .selectFrom('client_tokens as old')
          .select(['old.account_id', 'old.token'])
          .where('old.created_at_ms', '<', beforeMs)
          .limit(ROWS_AT_ONCE)
          .$asTuple('account_id', 'token'),
      ),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

async function pruneAudit(tx: Tx, beforeMs: number): Promise<number> {
  const {numDeletedRows} = await tx
    .deleteFrom('audit')
    .where('at_ms', 'in', (eb) =>
      eb
        .selectFrom('audit as old')
        .select('old.at_ms')
        .where('old.at_ms', '<', beforeMs)
        .orderBy('old.at_ms')
        .limit(ROWS_AT_ONCE),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Old invocations of which nothing is open, with tasks, results, tags and the hidden command behind them. */
async function pruneInvocations(tx: Tx, cutoffMs: number): Promise<number> {
  const old = await tx
    .selectFrom('invocations')
    .select(['invoke_id', 'command_id'])
    .where('created_at_ms', '<', cutoffMs)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('tasks')
            .select('tasks.invoke_id')
            .whereRef('tasks.invoke_id', '=', 'invocations.invoke_id')
            .where(isOpenTask),
        ),
      ),
    )
    .orderBy('created_at_ms')
    .limit(INVOCATIONS_AT_ONCE)
    .execute()
  if (old.length === 0) return 0
  const ids = old.map(({invoke_id}) => invoke_id)
  await tx.deleteFrom('results').where('invoke_id', 'in', ids).execute()
  await tx.deleteFrom('tasks').where('invoke_id', 'in', ids).execute()
  await tx.deleteFrom('invocations').where('invoke_id', 'in', ids).execute()
  await tx.deleteFrom('tags').where('resource_type', '=', 'invocation').where('resource_id', 'in', ids).execute()
  const commands = old.map(({command_id}) => command_id)
  await tx
    .deleteFrom('commands')
    .where('command_id', 'in', commands)
    .where('kept', '=', 0)
    .where('command_id', 'not in', (eb) =>
      eb.selectFrom('invocations').select('command_id').where('command_id', 'in', commands),
    )
    .execute()
  return old.length
}

/** Old rounds of schedules that go on; the agent's time, in whose order they lie, spares a look at the young ones. */
async function pruneRounds(tx: Tx, cutoffMs: number): Promise<number> {
  const {numAffectedRows} = await sql`delete from results where (invoke_id, instance_id, start_ms) in
    (select r.invoke_id, r.instance_id, r.start_ms from tasks t cross join results r
      where t.open = 1 and t.created_at_ms < ${cutoffMs} and r.invoke_id = t.invoke_id and r.instance_id = t.instance_id
      and r.start_ms < ${cutoffMs + DAY_MS} and r.created_at_ms < ${cutoffMs} and r.state <> 'Running' limit ${ROWS_AT_ONCE})`.execute(
    tx,
  )
  return Number(numAffectedRows ?? 0n)
}
