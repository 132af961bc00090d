import {type TaskReport, UnreadableReport} from '../../../protocol/agent/reports.ts'
import type {TaskState} from '../../../protocol/ecs/status.ts'
import {type EndReport, type Outcome, outcomeOfEnd, outcomeOfRefusal, type RoundOutcome} from '../../rules/outcome.ts'
import {appendOutput, type KeptOutput, NO_OUTPUT} from '../../rules/output.ts'
import type {Tx} from '../database.ts'
import {countRun} from '../fleet/instances.ts'
import type {ScheduleKind} from '../schema.ts'
import {endRound, findRound, insertRound, type Round, readKept, runningRounds, touchRound} from './rounds.ts'
import {changeTask, countChange, OPEN, REPLACEABLE_MS, type TaskKey} from './task-states.ts'

export interface GivenReport {
  instanceId: string
  report: TaskReport
  bytes: Uint8Array
  /** Must the agent be told by a stop that a task is over, since it does not listen to answers? */
  recallsByStop: boolean
  nowMs: number
}

export interface Applied {
  /** False: it told what was known, or came after the end. */
  changed: boolean
  /** The inferred state that this report has replaced. */
  replaced?: TaskState
  /** It had ended for good before: whoever still works on it should stop. */
  over?: boolean
  /** Its agent works on it all the same and does not listen to answers: it must be kicked to fetch a stop. */
  recalled?: boolean
  /** A task or a round of one has ended, so that its agent has room for another. */
  ended?: boolean
}

const UNCHANGED: Applied = {changed: false}

/** A silent but living run is noted at most this often. */
const TOUCH_MS = 30_000

/** Each retry means that another replica has changed the task in between. */
const MOST_TRIES = 5

/** Takes an agent's word on a task of its own. `undefined`: it has no such task. */
export async function applyReport(tx: Tx, given: GivenReport): Promise<Applied | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const task = await findTask(tx, given)
    if (!task) return undefined
    if (!task.mayEnd && !(await hasReplaceableRound(tx, task, given))) return noteOver(tx, task, given)
    const applied = await applyTo(tx, task, given)
    if (applied === 'again') continue
    if (applied.changed) await countChange(tx, task.invokeId)
    return {...applied, ended: given.report.kind !== 'running'}
  }
  throw new Error('a task changed under every try to report on it')
}

interface Task extends TaskKey {
  state: TaskState
  kind: ScheduleKind
  isRecalled: boolean
  isDryRun: boolean
  timeoutSec: number
  rounds: number
  updatedAtMs: number
  /** A final report may still change it: it is open, or its state was only inferred. */
  mayEnd: boolean
  /** The state is one that the server inferred, not more than a day ago. */
  isInferred: boolean
}

async function findTask(tx: Tx, {report, instanceId, nowMs}: GivenReport): Promise<Task | undefined> {
  const key = {invokeId: report.taskId, instanceId}
  const row = await tx
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .select([
      'tasks.state',
      'tasks.open',
      'tasks.rounds',
      'tasks.inferred',
      'tasks.updated_at_ms',
      'invocations.repeat_mode',
      'invocations.schedule_kind',
      'tasks.recall',
      'invocations.timeout_sec',
    ])
    .where('tasks.invoke_id', '=', key.invokeId)
    .where('tasks.instance_id', '=', key.instanceId)
    .executeTakeFirst()
  if (!row) return undefined
  const isInferred = row.inferred === 1 && nowMs - row.updated_at_ms <= REPLACEABLE_MS
  return {
    ...key,
    state: row.state,
    kind: row.schedule_kind,
    isRecalled: row.recall === 1,
    isDryRun: row.repeat_mode === 'DryRun',
    timeoutSec: row.timeout_sec,
    rounds: row.rounds,
    updatedAtMs: row.updated_at_ms,
    mayEnd: row.open === 1 || isInferred,
    isInferred,
  }
}

/** A round of a schedule that was stopped while its agent was silent may still be told of. */
async function hasReplaceableRound(tx: Tx, task: Task, {report, nowMs}: GivenReport): Promise<boolean> {
  if (task.kind !== 'recurring' || !('startMs' in report) || report.kind === 'running') return false
  const round = await findRound(tx, task, report.startMs)
  return round !== undefined && isReplaceable(round, nowMs)
}

/** A report on a task that is over changes nothing but what its agent must hear. */
async function noteOver(tx: Tx, task: Task, {report, recallsByStop}: GivenReport): Promise<Applied> {
  if (report.kind === 'verified' && !task.isDryRun) throw new UnreadableReport('verified: the task is no dry run')
  const goesOn = report.kind === 'running' || (task.kind === 'recurring' && isRoundEnd(report))
  const recall = report.kind === 'stopped' || report.kind === 'invalid' ? 0 : goesOn && recallsByStop ? 1 : undefined
  if (recall !== undefined && (recall === 1) !== task.isRecalled) {
    await changeTask(tx, task, [task.state], {recall})
  }
  return {changed: false, over: true, recalled: recall === 1}
}

function isRoundEnd({kind}: TaskReport): boolean {
  return kind === 'finish' || kind === 'timeout' || kind === 'error'
}

async function applyTo(tx: Tx, task: Task, given: GivenReport): Promise<Applied | 'again'> {
  const {report} = given
  if (report.kind === 'running') return noteRunning(tx, task, {...given, report})
  if (report.kind === 'invalid' || report.kind === 'verified') {
    if (report.kind === 'verified' && !task.isDryRun) throw new UnreadableReport('verified: the task is no dry run')
    return task.mayEnd ? endTask(tx, task, outcomeOfRefusal(report), given.nowMs) : UNCHANGED
  }
  if (task.kind !== 'recurring') return endOnly(tx, task, {...given, report})
  return report.kind === 'stopped'
    ? endRecurring(tx, task, {...given, report})
    : endRoundOfRecurring(tx, task, {...given, report})
}

type Given<Kind extends TaskReport['kind']> = GivenReport & {report: Extract<TaskReport, {kind: Kind}>}

/** The start event, or output while it runs. */
async function noteRunning(tx: Tx, task: Task, given: Given<'running'>): Promise<Applied | 'again'> {
  const {report, bytes, nowMs} = given
  if (report.startMs === 0) throw new UnreadableReport('start')
  if (!task.mayEnd) return UNCHANGED
  const round = await findRound(tx, task, task.kind === 'recurring' ? report.startMs : undefined)
  if (!round) {
    if (!(await startRound(tx, task, nowMs))) return 'again'
    const kept = appendOutput(NO_OUTPUT, {offset: report.offset, bytes})
    await insertRound(tx, task, {startMs: report.startMs, number: task.rounds + 1, outcome: undefined, kept, nowMs})
    return {changed: true}
  }
  if (round.state !== 'Running' && round.state !== 'Lost') return UNCHANGED
  const kept = await grown(tx, task, round, {offset: report.offset, bytes})
  if (kept || (round.state === 'Running' && nowMs - round.updatedAtMs >= TOUCH_MS)) {
    await touchRound(tx, task, round, kept, nowMs)
  }
  return {changed: kept !== undefined}
}

/** A stop that was asked for, or a state that was inferred, stays until the final report. */
async function startRound(tx: Tx, task: Task, nowMs: number): Promise<boolean> {
  const state = task.state === 'Stopping' || task.isInferred ? task.state : 'Running'
  // An inferred state keeps the time of its inference: the 24 hours count from there.
  const updated_at_ms = task.isInferred ? task.updatedAtMs : nowMs
  await countRun(tx, task.instanceId, nowMs)
  return changeTask(tx, task, [task.state], {state, rounds: task.rounds + 1, updated_at_ms})
}

/** The end of a task that has one round at most. */
async function endOnly(tx: Tx, task: Task, given: GivenReport & {report: EndReport}): Promise<Applied | 'again'> {
  if (!task.mayEnd) return UNCHANGED
  const {report, nowMs} = given
  const round = await findRound(tx, task, undefined)
  // It was withdrawn before it ran, as the caller has read already.
  if (task.state === 'Expired' && !round && report.kind === 'stopped' && report.startMs === 0) {
    await changeTask(tx, task, ['Expired'], {inferred: 0, recall: 0})
    return UNCHANGED
  }
  const startMs = round?.startMs ?? startOf(report, nowMs)
  const outcome = outcomeOfEnd(report, {startMs, timeoutSec: task.timeoutSec})
  const hasNewRound = round === undefined && startMs > 0
  const ended = await endTask(tx, task, outcome, nowMs, hasNewRound ? 1 : task.rounds)
  if (ended === 'again') return ended
  if (round) await finishRound(tx, task, round, given, outcome)
  else if (hasNewRound) await insertEnded(tx, task, given, {startMs, number: 1, outcome})
  return ended
}

/** The end of one round; the schedule goes on. */
async function endRoundOfRecurring(
  tx: Tx,
  task: Task,
  given: GivenReport & {report: EndReport},
): Promise<Applied | 'again'> {
  const {report, nowMs} = given
  const startMs = startOf(report, nowMs)
  const outcome = outcomeOfEnd(report, {startMs, timeoutSec: task.timeoutSec})
  if (startMs === 0) {
    if (!task.mayEnd) return UNCHANGED
    const {errorCode: error_code, errorInfo: error_info} = outcome
    const noted = await changeTask(tx, task, [task.state], {error_code, error_info, updated_at_ms: nowMs})
    return noted ? {changed: true} : 'again'
  }
  const round = await findRound(tx, task, startMs)
  if (round && !isReplaceable(round, nowMs)) return UNCHANGED
  if (!round && !task.mayEnd) return UNCHANGED
  if (round) await finishRound(tx, task, round, given, outcome)
  else {
    await insertEnded(tx, task, given, {startMs, number: task.rounds + 1, outcome})
    await countRun(tx, task.instanceId, nowMs)
  }
  const rounds = round ? task.rounds : task.rounds + 1
  const settled = task.mayEnd ? await settleSchedule(tx, {...task, rounds}, outcome, nowMs) : true
  if (!settled) return 'again'
  return round?.state === 'Lost' ? {changed: true, replaced: 'Lost'} : {changed: true}
}

/** Back to waiting for its next time, unless another round runs or it is being stopped. */
async function settleSchedule(tx: Tx, task: Task, outcome: Outcome, nowMs: number): Promise<boolean> {
  const isBusy = task.state === 'Stopping' || (await runningRounds(tx, task)).length > 0
  return changeTask(tx, task, [task.state], {
    state: isBusy ? task.state : 'Scheduled',
    rounds: task.rounds,
    error_code: outcome.errorCode,
    error_info: outcome.errorInfo,
    updated_at_ms: nowMs,
  })
}

/** A recurring task is over: stopped, or its schedule has no more times. */
async function endRecurring(tx: Tx, task: Task, given: Given<'stopped'>): Promise<Applied | 'again'> {
  if (!task.mayEnd) return UNCHANGED
  const {report, nowMs} = given
  const running = await runningRounds(tx, task)
  for (const round of running) {
    const outcome = outcomeOfEnd(report, {startMs: round.startMs, timeoutSec: task.timeoutSec})
    await finishRound(tx, task, round, round.startMs === report.startMs ? given : {...given, bytes: NO_OUTPUT.output}, {
      ...outcome,
      endMs: Math.max(outcome.endMs, round.startMs),
    })
  }
  const last = await findRound(tx, task, undefined)
  if (report.result === 'completed' && running.length === 0) return endTask(tx, task, scheduleOver(last), nowMs)
  const state = running.length > 0 ? 'Stopped' : 'Cancelled'
  return endTask(tx, task, {state, errorCode: '', errorInfo: ''}, nowMs)
}

/** A schedule that is over ends as its last round did; one that never came to a round had no time left. */
function scheduleOver(last: Round | undefined): Outcome {
  if (!last)
    return {state: 'Invalid', errorCode: 'CronExpressionExpired', errorInfo: 'The schedule has no time to come.'}
  return last.state === 'Success'
    ? {state: 'Success', errorCode: '', errorInfo: ''}
    : {state: 'Failed', errorCode: 'ExitCodeNonzero', errorInfo: `The last round ended as ${last.state}.`}
}

async function endTask(
  tx: Tx,
  task: Task,
  outcome: Outcome,
  nowMs: number,
  rounds: number = task.rounds,
): Promise<Applied | 'again'> {
  const ended = await changeTask(tx, task, task.isInferred ? [task.state] : OPEN, {
    state: outcome.state,
    open: 0,
    inferred: 0,
    recall: 0,
    rounds,
    error_code: outcome.errorCode,
    error_info: outcome.errorInfo,
    updated_at_ms: nowMs,
  })
  if (!ended) return 'again'
  if (rounds > task.rounds) await countRun(tx, task.instanceId, nowMs)
  return task.isInferred ? {changed: true, replaced: task.state} : {changed: true}
}

async function finishRound(
  tx: Tx,
  task: Task,
  round: Round,
  given: GivenReport & {report: EndReport},
  outcome: RoundOutcome,
): Promise<void> {
  const kept = await grown(tx, task, round, partOf(given))
  const {nowMs} = given
  await endRound(tx, task, {startMs: round.startMs, from: [round.state], outcome, kept, nowMs})
}

async function insertEnded(
  tx: Tx,
  task: Task,
  given: GivenReport & {report: EndReport},
  round: {startMs: number; number: number; outcome: RoundOutcome},
): Promise<void> {
  await insertRound(tx, task, {...round, kept: appendOutput(NO_OUTPUT, partOf(given)), nowMs: given.nowMs})
}

/** What is kept once the part is added; `undefined` when it adds nothing. */
async function grown(
  tx: Tx,
  task: Task,
  round: Round,
  part: {offset: number | undefined; bytes: Uint8Array; agentDropped?: number},
): Promise<KeptOutput | undefined> {
  const endsAt = part.offset === undefined ? undefined : part.offset + part.bytes.length
  if (endsAt !== undefined && endsAt <= round.outputEnd) return undefined
  if (endsAt === undefined && part.bytes.length === 0 && !part.agentDropped) return undefined
  return appendOutput(await readKept(tx, task, round), part)
}

function partOf({report, bytes}: GivenReport & {report: EndReport}) {
  return {offset: report.offset, bytes, agentDropped: report.dropped}
}

/** When the round began. A script that has ended must have begun, whatever an agent that lost count says. */
function startOf(report: EndReport, nowMs: number): number {
  if (report.startMs > 0 || report.kind === 'error' || report.kind === 'stopped') return report.startMs
  return nowMs
}

function isReplaceable(round: Round, nowMs: number): boolean {
  return round.state === 'Running' || (round.state === 'Lost' && nowMs - round.updatedAtMs <= REPLACEABLE_MS)
}
