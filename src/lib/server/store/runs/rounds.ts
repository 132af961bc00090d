import {type SqlBool, sql} from 'kysely'
import type {TaskState} from '../../../protocol/ecs/status.ts'
import type {Outcome, RoundOutcome} from '../../rules/outcome.ts'
import {type KeptOutput, NO_OUTPUT} from '../../rules/output.ts'
import type {Round} from '../../rules/reported-task.ts'
import type {Reader, Tx} from '../database.ts'
import {keptQuery} from '../kept-query.ts'
import type {ResultRow} from '../schema.ts'
import type {TaskKey} from './task-states.ts'

/** Written out, because the index of what runs, among all that ever ran, is found by these very words. */
export const isRunning = sql<SqlBool>`results.state = 'Running'`

/** The round that began at `startMs`, or the newest one when `startMs` is undefined. */
export async function findRound(tx: Tx, key: TaskKey, startMs: number | undefined): Promise<Round | undefined> {
  const {rows} = startMs === undefined ? await NEWEST(tx, key) : await ROUND(tx, {...key, startMs})
  return rows[0]
}

const NEWEST = keptQuery((db, key: TaskKey) => select(db, key).orderBy('start_ms', 'desc').limit(1))
const ROUND = keptQuery((db, key: TaskKey & {startMs: number}) => select(db, key).where('start_ms', '=', key.startMs))

export async function runningRounds(tx: Tx, key: TaskKey): Promise<Round[]> {
  return select(tx, key).where(isRunning).execute()
}

function select(db: Reader, key: TaskKey) {
  return db
    .selectFrom('results')
    .select(['start_ms as startMs', 'state', 'dropped', 'output_end as outputEnd', 'updated_at_ms as updatedAtMs'])
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
}

export async function readKept(tx: Tx, key: TaskKey, round: Round): Promise<KeptOutput> {
  const {dropped, outputEnd} = round
  if (outputEnd === dropped) return {...NO_OUTPUT, dropped, outputEnd}
  const row = await tx
    .selectFrom('results')
    .select(['output', 'gap_after', 'gap_bytes'])
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
    .where('start_ms', '=', round.startMs)
    .executeTakeFirstOrThrow()
  return {output: row.output, dropped, outputEnd, gapAfter: row.gap_after, gapBytes: row.gap_bytes}
}

export interface NewRound {
  startMs: number
  /** 1 is the first. */
  number: number
  /** Absent while it runs. */
  outcome: RoundOutcome | undefined
  kept: KeptOutput
  nowMs: number
}

export async function insertRound(tx: Tx, key: TaskKey, round: NewRound): Promise<void> {
  await INSERT(tx, {
    invoke_id: key.invokeId,
    instance_id: key.instanceId,
    start_ms: round.startMs,
    round: round.number,
    state: round.outcome?.state ?? 'Running',
    end_ms: round.outcome?.endMs ?? 0,
    exit_code: round.outcome?.exitCode ?? null,
    error_code: round.outcome?.errorCode ?? '',
    error_info: round.outcome?.errorInfo ?? '',
    ...keptColumns(round.kept),
    created_at_ms: round.nowMs,
    updated_at_ms: round.nowMs,
  })
}

const INSERT = keptQuery((db, row: ResultRow) =>
  db.insertInto('results').values({
    invoke_id: row.invoke_id,
    instance_id: row.instance_id,
    start_ms: row.start_ms,
    round: row.round,
    state: row.state,
    end_ms: row.end_ms,
    exit_code: row.exit_code,
    error_code: row.error_code,
    error_info: row.error_info,
    output: row.output,
    dropped: row.dropped,
    output_end: row.output_end,
    gap_after: row.gap_after,
    gap_bytes: row.gap_bytes,
    created_at_ms: row.created_at_ms,
    updated_at_ms: row.updated_at_ms,
  }),
)

/** Takes output into a round that is in `from`; `kept` undefined only notes that the agent was heard. */
export async function touchRound(
  tx: Tx,
  key: TaskKey,
  round: Round,
  kept: KeptOutput | undefined,
  nowMs: number,
): Promise<void> {
  await update(tx, key, round.startMs, [round.state])
    .set({...(kept && keptColumns(kept)), updated_at_ms: nowMs})
    .execute()
}

/** Ends a round; `false` when it is not in `from` any more. */
export async function endRound(
  tx: Tx,
  key: TaskKey,
  given: {
    startMs: number
    from: readonly TaskState[]
    outcome: RoundOutcome
    kept: KeptOutput | undefined
    nowMs: number
  },
): Promise<boolean> {
  const {outcome, kept} = given
  const {numUpdatedRows} = await update(tx, key, given.startMs, given.from)
    .set({
      state: outcome.state,
      end_ms: outcome.endMs,
      exit_code: outcome.exitCode,
      error_code: outcome.errorCode,
      error_info: outcome.errorInfo,
      ...(kept && keptColumns(kept)),
      updated_at_ms: given.nowMs,
    })
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends whatever round of the task still runs, by a word of the server. */
export async function endRunningRounds(tx: Tx, key: TaskKey, outcome: Outcome, nowMs: number): Promise<number> {
  const {numUpdatedRows} = await tx
    .updateTable('results')
    .set({
      state: outcome.state,
      error_code: outcome.errorCode,
      error_info: outcome.errorInfo,
      end_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
    .where(isRunning)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

function update(tx: Tx, key: TaskKey, startMs: number, from: readonly TaskState[]) {
  return tx
    .updateTable('results')
    .where('invoke_id', '=', key.invokeId)
    .where('instance_id', '=', key.instanceId)
    .where('start_ms', '=', startMs)
    .where('state', 'in', from)
}

function keptColumns(kept: KeptOutput) {
  return {
    output: kept.output,
    dropped: kept.dropped,
    output_end: kept.outputEnd,
    gap_after: kept.gapAfter,
    gap_bytes: kept.gapBytes,
  }
}
