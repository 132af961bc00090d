import {type RawBuilder, type SqlBool, sql} from 'kysely'
import {ONLINE_SEC} from '../../../protocol/agent/heart-beat.ts'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import type {TaskState} from '../../../protocol/ecs/status.ts'
import type {ScheduleKind} from '../../../protocol/repeat.ts'
import type {Reader, Tx} from '../database.ts'
import {endRound, isRunning} from './rounds.ts'
import {countTaken} from './slots.ts'
import {changeTask, countChange, lockTask, type TaskKey, UNSTARTED} from './task-states.ts'

/** More wait for the next look. */
const MOST_AT_ONCE = 500

export interface Undelivered extends TaskKey {
  state: TaskState
  lastSeenMs: number
  slots: number
}

/** Tasks that no agent has started by their deadline; or whether a certain one is among them. */
export async function findUndelivered(reader: Reader, nowMs: number, only?: TaskKey): Promise<Undelivered[]> {
  return reader
    .selectFrom('tasks')
    .leftJoin('instances', 'instances.instance_id', 'tasks.instance_id')
    .select((eb) => [
      'tasks.invoke_id as invokeId',
      'tasks.instance_id as instanceId',
      'tasks.state',
      eb.fn.coalesce('instances.slots', eb.lit(0)).as('slots'),
      eb.fn.coalesce('instances.last_seen_at_ms', eb.lit(0)).as('lastSeenMs'),
    ])
    .where('tasks.open', '=', 1)
    .where('tasks.state', 'in', UNSTARTED)
    .where('tasks.deadline_ms', '>', 0)
    .where('tasks.deadline_ms', '<=', nowMs)
    .$if(only !== undefined, (query) => query.where(isTask(only)))
    .limit(MOST_AT_ONCE)
    .execute()
}

/** Pure: what becomes of a task that was not started by its deadline. */
export function fateOf(
  task: Undelivered,
  now: {nowMs: number; isConnected: boolean; taken: number},
): 'wait' | 'DeliveryTimeout' | 'ClientNotOnline' {
  if (!now.isConnected && now.nowMs - task.lastSeenMs > ONLINE_SEC * 1000) return 'ClientNotOnline'
  // What a living agent has taken it will start; when it doesn't, the task is lost in the end, as one that was started is.
  if (task.state === 'Delivered') return 'wait'
  return task.slots > 0 && now.taken >= task.slots ? 'wait' : 'DeliveryTimeout'
}

/** Over here, but its agent may have it: it is told at its next fetch. */
const RECALL = {recall: 1} as const

/**
 * Expires it if it is still so, or lets it wait on. What an agent may have taken is withdrawn with that. Harmless when run twice, or
 * while the agent reports: since the task was found, the server may have stood still for a minute and another have looked after it.
 */
export async function expire(tx: Tx, found: TaskKey, now: {nowMs: number; isConnected: boolean}): Promise<boolean> {
  await lockTask(tx, found)
  const [task] = await findUndelivered(tx, now.nowMs, found)
  if (!task) return false
  const fate = fateOf(task, {...now, taken: await countTaken(tx, task.instanceId)})
  if (fate === 'wait') {
    await changeTask(tx, task, [task.state], {deadline_ms: now.nowMs + LIMITS.deliverySec * 1000})
    return false
  }
  const expired = await changeTask(tx, task, [task.state], {
    state: 'Expired',
    open: 0,
    inferred: 1,
    ...(task.state === 'Delivered' && RECALL),
    error_code: fate,
    error_info: reasonFor(fate, now.isConnected),
    updated_at_ms: now.nowMs,
  })
  if (expired) await countChange(tx, task.invokeId)
  return expired
}

function reasonFor(fate: 'DeliveryTimeout' | 'ClientNotOnline', isConnected: boolean): string {
  if (fate === 'ClientNotOnline') return 'The agent is not connected.'
  return isConnected
    ? 'The agent did not fetch the command in time.'
    : 'The agent beats but cannot be woken: its kick channel is down. It will ask by itself within half an hour, or when it is restarted.'
}

/** An unfinished task that was taken, or was to be stopped, together with its running round, if any. */
export interface Unfinished extends TaskKey {
  state: TaskState
  kind: ScheduleKind
  timeoutSec: number
  stopAtMs: number
  taskUpdatedAtMs: number
  round: {startMs: number; createdAtMs: number; updatedAtMs: number} | undefined
}

/** How much longer than its timeout a run may be silent. */
const MARGIN_MS = 120_000

/** Pure: whether nothing will come of it any more, by the server's clock alone. */
export function isLost(task: Unfinished, nowMs: number): boolean {
  const patienceMs = task.timeoutSec * 1000 + MARGIN_MS
  if (task.round) {
    const silentMs = nowMs - Math.max(task.round.updatedAtMs, task.stopAtMs)
    return nowMs - task.round.createdAtMs > patienceMs && silentMs > MARGIN_MS
  }
  // Recurring: an agent that comes back must still hear of the stop.
  if (task.kind === 'recurring') return false
  return nowMs - Math.max(task.stopAtMs, task.taskUpdatedAtMs) > patienceMs
}

/** Tasks and rounds of which nothing has been heard for at least the margin; `isLost` decides. */
export async function findUnfinished(reader: Reader, nowMs: number, only?: TaskKey): Promise<Unfinished[]> {
  const rows = await reader
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .leftJoin('results', (join) =>
      join
        .onRef('results.invoke_id', '=', 'tasks.invoke_id')
        .onRef('results.instance_id', '=', 'tasks.instance_id')
        .on(isRunning),
    )
    .select([
      'tasks.invoke_id as invokeId',
      'tasks.instance_id as instanceId',
      'tasks.state',
      'tasks.stop_at_ms as stopAtMs',
      'tasks.updated_at_ms as taskUpdatedAtMs',
      'invocations.schedule_kind as kind',
      'invocations.timeout_sec as timeoutSec',
      'results.start_ms',
      'results.created_at_ms',
      'results.updated_at_ms',
    ])
    .where('tasks.open', '=', 1)
    .where('tasks.state', 'in', ['Delivered', 'Running', 'Stopping'])
    .where('tasks.updated_at_ms', '<', nowMs - MARGIN_MS)
    .$if(only !== undefined, (query) => query.where(isTask(only)))
    .limit(MOST_AT_ONCE)
    .execute()
  return rows.map(({start_ms, created_at_ms, updated_at_ms, ...task}) => ({
    ...task,
    round:
      start_ms === null
        ? undefined
        : {startMs: start_ms, createdAtMs: created_at_ms ?? 0, updatedAtMs: updated_at_ms ?? 0},
  }))
}

/** Gives it up if it is lost still. A recurring task goes back to its schedule; only the round is lost. */
export async function giveUp(tx: Tx, found: Unfinished, nowMs: number): Promise<boolean> {
  await lockTask(tx, found)
  const rows = await findUnfinished(tx, nowMs, found)
  const task = rows.find(({round}) => round?.startMs === found.round?.startMs)
  if (!task || !isLost(task, nowMs)) return false
  const outcome = {
    state: 'Lost' as const,
    errorCode: 'ClientNotResponse',
    errorInfo: 'Nothing was heard of the agent since; nobody knows how the script ended.',
  }
  const isRecurring = task.kind === 'recurring'
  const next = isRecurring
    ? {state: task.state === 'Stopping' ? ('Stopping' as const) : ('Scheduled' as const)}
    : {state: outcome.state, open: 0 as const, inferred: 1 as const, ...(task.state === 'Delivered' && RECALL)}
  const given = await changeTask(tx, task, [task.state], {
    ...next,
    error_code: outcome.errorCode,
    error_info: outcome.errorInfo,
    updated_at_ms: nowMs,
  })
  if (!given) return false
  if (task.round) {
    const ended = {...outcome, endMs: nowMs, exitCode: null}
    await endRound(tx, task, {startMs: task.round.startMs, from: ['Running'], outcome: ended, kept: undefined, nowMs})
  }
  await countChange(tx, task.invokeId)
  return true
}

function isTask(key: TaskKey | undefined): RawBuilder<SqlBool> {
  return sql<SqlBool>`tasks.invoke_id = ${key?.invokeId} and tasks.instance_id = ${key?.instanceId}`
}
