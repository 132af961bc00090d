import type {TaskReport} from '../../../protocol/agent/reports.ts'
import {type Applied, decideReport, type RoundChange, type TaskChange, type Told} from '../../rules/decide-report.ts'
import {appendOutput, type KeptOutput, NO_OUTPUT, type ToldPart} from '../../rules/output.ts'
import {type ReportedTask, startOf} from '../../rules/reported-task.ts'
import {pushedOut} from '../../rules/unread.ts'
import type {Tx} from '../database.ts'
import {countRun} from '../fleet/instances.ts'
import {keptQuery} from '../kept-query.ts'
import {readFloor} from './followers.ts'
import {endRound, findRound, insertRound, readKept, runningRounds, touchRound} from './rounds.ts'
import {changeTask, countChange, OPEN, type TaskKey} from './task-states.ts'
import {keepUnread} from './unread-output.ts'

export interface GivenReport extends Told {
  instanceId: string
}

/** Each retry means that another replica has changed the task in between. */
const MOST_TRIES = 5

/**
 * Takes an agent's word on a task of its own. `undefined`: it has no such task.
 * @throws UnreadableReport when the report makes no sense for this task.
 */
export async function applyReport(tx: Tx, given: GivenReport): Promise<Applied | undefined> {
  const {report, instanceId, nowMs} = given
  const key = {invokeId: report.taskId, instanceId}
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const task = await readReported(tx, key, report, nowMs)
    if (!task) return undefined
    const decision = decideReport(task, given)
    if (decision.task && !(await writeTask(tx, key, decision.task))) continue
    // The rounds of a schedule come one after another; whoever looks at those gets the newest bytes of each.
    const followed = task.isRecurring ? undefined : await readFloor(tx, key, nowMs)
    for (const change of decision.rounds) await writeRound(tx, key, change, {nowMs, floor: followed})
    if ((decision.task?.set.rounds ?? 0) > task.rounds) await countRun(tx, instanceId, nowMs)
    if (decision.applied.changed) await countChange(tx, key.invokeId)
    return decision.applied
  }
  throw new Error('a task changed under every try to report on it')
}

/** What is decided by holds until it is written: reports on one task come one after the other, at whatever replica. */
async function readReported(
  tx: Tx,
  key: TaskKey,
  report: TaskReport,
  nowMs: number,
): Promise<ReportedTask | undefined> {
  const [row] = (await REPORTED(tx, key)).rows
  if (!row) return undefined
  const isRecurring = row.schedule_kind === 'recurring'
  return {
    state: row.state,
    isOpen: row.open === 1,
    isInferred: row.inferred === 1,
    isRecalled: row.recall === 1,
    isRecurring,
    isDryRun: row.repeat_mode === 'DryRun',
    timeoutSec: row.timeout_sec,
    rounds: row.rounds,
    updatedAtMs: row.updated_at_ms,
    ...(await readRounds(tx, key, {report, isRecurring, nowMs})),
  }
}

const REPORTED = keptQuery((db, key: TaskKey) =>
  db
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .select([
      'tasks.state',
      'tasks.open',
      'tasks.rounds',
      'tasks.inferred',
      'tasks.recall',
      'tasks.updated_at_ms',
      'invocations.repeat_mode',
      'invocations.schedule_kind',
      'invocations.timeout_sec',
    ])
    .where('tasks.invoke_id', '=', key.invokeId)
    .where('tasks.instance_id', '=', key.instanceId)
    .forUpdate('tasks'),
)

async function readRounds(
  tx: Tx,
  key: TaskKey,
  {report, isRecurring, nowMs}: {report: TaskReport; isRecurring: boolean; nowMs: number},
): Promise<Pick<ReportedTask, 'round' | 'running' | 'last'>> {
  const none = {round: undefined, running: [], last: undefined}
  if (report.kind === 'invalid' || report.kind === 'verified') return none
  const round = await findRound(tx, key, isRecurring ? startOf(report, nowMs) : undefined)
  if (!isRecurring || report.kind === 'running') return {...none, round}
  const running = await runningRounds(tx, key)
  return {round, running, last: report.kind === 'stopped' ? await findRound(tx, key, undefined) : undefined}
}

/** `false`: the task is not as it was read any more. */
function writeTask(tx: Tx, key: TaskKey, {from, set}: TaskChange): Promise<boolean> {
  return changeTask(tx, key, from === 'open' ? OPEN : [from], {
    state: set.state,
    open: bit(set.isOpen),
    inferred: bit(set.isInferred),
    recall: bit(set.isRecalled),
    rounds: set.rounds,
    error_code: set.errorCode,
    error_info: set.errorInfo,
    updated_at_ms: set.updatedAtMs,
  })
}

/** Columns that are `undefined` stay as they are. */
function bit(value: boolean | undefined): 0 | 1 | undefined {
  return value === undefined ? undefined : value ? 1 : 0
}

/** `floor`: up to where all who follow have the output; undefined: nobody does. */
interface Now {
  nowMs: number
  floor: number | undefined
}

async function writeRound(tx: Tx, key: TaskKey, change: RoundChange, now: Now): Promise<void> {
  const {nowMs} = now
  if (change.does === 'insert') {
    const {startMs, number, outcome} = change
    const kept = await grown(tx, key, NO_OUTPUT, change.part, now)
    return insertRound(tx, key, {startMs, number, outcome, kept, nowMs})
  }
  const {round} = change
  const kept = change.part && (await grown(tx, key, await readKept(tx, key, round), change.part, now))
  if (change.does === 'touch') return touchRound(tx, key, round, kept, nowMs)
  await endRound(tx, key, {startMs: round.startMs, from: [round.state], outcome: change.outcome, kept, nowMs})
}

/** What is kept once the part is added; what it has no room for goes aside, where somebody waits for it. */
async function grown(
  tx: Tx,
  key: TaskKey,
  before: KeptOutput,
  part: ToldPart,
  {nowMs, floor}: Now,
): Promise<KeptOutput> {
  const after = appendOutput(before, part)
  if (floor !== undefined) await keepUnread(tx, key, pushedOut(before, part, after, floor), {floor, nowMs})
  return after
}
