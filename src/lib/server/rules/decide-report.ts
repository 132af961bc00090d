import {type TaskReport, UnreadableReport} from '../../protocol/agent/reports.ts'
import type {TaskState} from '../../protocol/ecs/status.ts'
import {type EndReport, type Outcome, outcomeOfEnd, outcomeOfRefusal, type RoundOutcome} from './outcome.ts'
import {NO_OUTPUT, type ToldPart} from './output.ts'
import {
  isReplaceable,
  isStillInferred,
  newToRound,
  partOf,
  type ReportedTask,
  type Round,
  startOf,
} from './reported-task.ts'

export interface Told<Report extends TaskReport = TaskReport> {
  report: Report
  bytes: Uint8Array
  /** Must the agent be told by a stop that a task is over, since it does not listen to answers? */
  recallsByStop: boolean
  nowMs: number
}

/** What has come of a report. */
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

export interface TaskChange {
  /** The state it must still be in: the one that was read, or any that is open. */
  from: TaskState | 'open'
  /** What is absent stays as it is; more `rounds` than before count as a run of the instance. */
  set: Partial<
    Pick<ReportedTask, 'state' | 'isOpen' | 'isInferred' | 'isRecalled' | 'rounds' | 'updatedAtMs'> &
      Pick<Outcome, 'errorCode' | 'errorInfo'>
  >
}

export type RoundChange =
  /** `number` 1 is the first; no `outcome` while it runs. */
  | {does: 'insert'; startMs: number; number: number; outcome?: RoundOutcome; part: ToldPart}
  /** No `part`: it is only noted that the agent was heard. */
  | {does: 'touch'; round: Round; part: ToldPart | undefined}
  | {does: 'end'; round: Round; outcome: RoundOutcome; part: ToldPart | undefined}

export interface Decision {
  applied: Applied
  /** If it cannot be made any more, nothing of the decision may be. */
  task?: TaskChange
  rounds: readonly RoundChange[]
}

/** A silent but living run is noted at most this often. */
const TOUCH_MS = 30_000

const UNCHANGED: Decision = {applied: {changed: false}, rounds: []}

/**
 * What an agent's word on a task of its own changes. Pure: whoever writes it makes sure that the task is still as it was read.
 * @throws UnreadableReport when the report makes no sense for this task.
 */
export function decideReport(stored: ReportedTask, told: Told): Decision {
  const {report, nowMs} = told
  const task = {...stored, isInferred: isStillInferred(stored, nowMs)}
  if (report.kind === 'verified' && !task.isDryRun) throw new UnreadableReport('verified: the task is no dry run')
  if (!mayEnd(task) && !hasReplaceableRound(task, told)) return noteOver(task, told)
  const decision = decideLive(task, told)
  return {...decision, applied: {...decision.applied, ended: report.kind !== 'running'}}
}

/** A final report may still change it: it is open, or its state was only inferred. */
function mayEnd({isOpen, isInferred}: ReportedTask): boolean {
  return isOpen || isInferred
}

/** A round of a schedule that was stopped while its agent was silent may still be told of. */
function hasReplaceableRound({isRecurring, round}: ReportedTask, {report, nowMs}: Told): boolean {
  if (!isRecurring || !('startMs' in report) || report.kind === 'running' || report.startMs === 0) return false
  return round !== undefined && isReplaceable(round, nowMs)
}

/** A report on a task that is over changes nothing but what its agent must hear. */
function noteOver(task: ReportedTask, {report, recallsByStop}: Told): Decision {
  const goesOn = report.kind === 'running' || (task.isRecurring && isRoundEnd(report))
  const recall =
    report.kind === 'stopped' || report.kind === 'invalid' ? false : goesOn && recallsByStop ? true : undefined
  const applied = {changed: false, over: true, recalled: recall === true}
  if (recall === undefined || recall === task.isRecalled) return {applied, rounds: []}
  return {applied, task: {from: task.state, set: {isRecalled: recall}}, rounds: []}
}

function isRoundEnd({kind}: TaskReport): boolean {
  return kind === 'finish' || kind === 'timeout' || kind === 'error'
}

function decideLive(task: ReportedTask, told: Told): Decision {
  const {report, nowMs} = told
  if (report.kind === 'running') return noteRunning(task, {...told, report})
  if (report.kind === 'invalid' || report.kind === 'verified') return endTask(task, outcomeOfRefusal(report), nowMs)
  if (!task.isRecurring) return endOnly(task, {...told, report})
  return report.kind === 'stopped'
    ? endRecurring(task, {...told, report})
    : endRoundOfRecurring(task, {...told, report})
}

type Kind<Name extends TaskReport['kind']> = Extract<TaskReport, {kind: Name}>

/** The start event, or output while it runs. */
function noteRunning(task: ReportedTask, {report, bytes, nowMs}: Told<Kind<'running'>>): Decision {
  if (report.startMs === 0) throw new UnreadableReport('start')
  const {round} = task
  const told = {offset: report.offset, bytes}
  if (!round) {
    const number = task.rounds + 1
    return {
      applied: {changed: true},
      task: startRound(task, number, nowMs),
      rounds: [{does: 'insert', startMs: report.startMs, number, part: told}],
    }
  }
  if (round.state !== 'Running' && round.state !== 'Lost') return UNCHANGED
  const part = newToRound(round, told)
  const isDue = round.state === 'Running' && nowMs - round.updatedAtMs >= TOUCH_MS
  return {applied: {changed: part !== undefined}, rounds: part || isDue ? [{does: 'touch', round, part}] : []}
}

/** A stop that was asked for, or a state that was inferred, stays until the final report. */
function startRound({state, isInferred, updatedAtMs}: ReportedTask, rounds: number, nowMs: number): TaskChange {
  const stays = state === 'Stopping' || isInferred
  // An inferred state keeps the time of its inference: the 24 hours count from there.
  return {
    from: state,
    set: {state: stays ? state : 'Running', rounds, updatedAtMs: isInferred ? updatedAtMs : nowMs},
  }
}

/** The end of a task that has one round at most. */
function endOnly(task: ReportedTask, {report, bytes, nowMs}: Told<EndReport>): Decision {
  const {round} = task
  // It was withdrawn before it ran, as the caller has read already.
  if (task.state === 'Expired' && !round && report.kind === 'stopped' && report.startMs === 0) {
    return {...UNCHANGED, task: {from: 'Expired', set: {isInferred: false, isRecalled: false}}}
  }
  const startMs = round?.startMs ?? startOf(report, nowMs)
  const outcome = outcomeOfEnd(report, {startMs, timeoutSec: task.timeoutSec})
  const part = partOf(report, bytes)
  if (round) return {...endTask(task, outcome, nowMs), rounds: [endRound(round, outcome, part)]}
  if (startMs === 0) return endTask(task, outcome, nowMs)
  return {...endTask(task, outcome, nowMs, 1), rounds: [{does: 'insert', startMs, number: 1, outcome, part}]}
}

/** The end of one round; the schedule goes on. */
function endRoundOfRecurring(task: ReportedTask, {report, bytes, nowMs}: Told<EndReport>): Decision {
  const {round} = task
  const startMs = startOf(report, nowMs)
  const outcome = outcomeOfEnd(report, {startMs, timeoutSec: task.timeoutSec})
  const {errorCode, errorInfo} = outcome
  const noted = {errorCode, errorInfo, updatedAtMs: nowMs}
  if (startMs === 0) return {applied: {changed: true}, task: {from: task.state, set: noted}, rounds: []}
  if (round && !isReplaceable(round, nowMs)) return UNCHANGED
  const part = partOf(report, bytes)
  const rounds = round ? task.rounds : task.rounds + 1
  // Back to waiting for its next time, unless another round runs or it is being stopped.
  const isBusy = task.state === 'Stopping' || task.running.some((other) => other.startMs !== startMs)
  const settled: TaskChange = {from: task.state, set: {...noted, state: isBusy ? task.state : 'Scheduled', rounds}}
  return {
    applied: round?.state === 'Lost' ? {changed: true, replaced: 'Lost'} : {changed: true},
    ...(mayEnd(task) && {task: settled}),
    rounds: [round ? endRound(round, outcome, part) : {does: 'insert', startMs, number: rounds, outcome, part}],
  }
}

/** A recurring task is over: stopped, or its schedule has no more times. */
function endRecurring(task: ReportedTask, {report, bytes, nowMs}: Told<Kind<'stopped'>>): Decision {
  if (!mayEnd(task)) return UNCHANGED
  const {running} = task
  if (report.result === 'completed' && running.length === 0) return endTask(task, scheduleOver(task.last), nowMs)
  const state = running.length > 0 ? 'Stopped' : 'Cancelled'
  const rounds = running.map((round) => {
    const {startMs} = round
    const outcome = outcomeOfEnd(report, {startMs, timeoutSec: task.timeoutSec})
    const part = partOf(report, startMs === report.startMs ? bytes : NO_OUTPUT.output)
    return endRound(round, {...outcome, endMs: Math.max(outcome.endMs, startMs)}, part)
  })
  return {...endTask(task, {state, errorCode: '', errorInfo: ''}, nowMs), rounds}
}

/** A schedule that is over ends as its last round did; one that never came to a round had no time left. */
function scheduleOver(last: Round | undefined): Outcome {
  if (!last)
    return {state: 'Invalid', errorCode: 'CronExpressionExpired', errorInfo: 'The schedule has no time to come.'}
  return last.state === 'Success'
    ? {state: 'Success', errorCode: '', errorInfo: ''}
    : {state: 'Failed', errorCode: 'ExitCodeNonzero', errorInfo: `The last round ended as ${last.state}.`}
}

function endTask(task: ReportedTask, outcome: Outcome, nowMs: number, rounds: number = task.rounds): Decision {
  const {state, errorCode, errorInfo} = outcome
  return {
    applied: task.isInferred ? {changed: true, replaced: task.state} : {changed: true},
    task: {
      from: task.isInferred ? task.state : 'open',
      set: {
        state,
        isOpen: false,
        isInferred: false,
        isRecalled: false,
        rounds,
        errorCode,
        errorInfo,
        updatedAtMs: nowMs,
      },
    },
    rounds: [],
  }
}

function endRound(round: Round, outcome: RoundOutcome, part: ToldPart): RoundChange {
  return {does: 'end', round, outcome, part: newToRound(round, part)}
}
