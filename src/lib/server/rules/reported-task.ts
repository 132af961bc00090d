import type {TaskReport} from '../../protocol/agent/reports.ts'
import type {TaskState} from '../../protocol/ecs/status.ts'
import type {EndReport} from './outcome.ts'
import type {ToldPart} from './output.ts'

/** What is stored of a round, without its output. */
export interface Round {
  startMs: number
  state: TaskState
  dropped: number
  outputEnd: number
  updatedAtMs: number
}

/** What is stored of a task, as far as a report on it depends on that. */
export interface ReportedTask {
  state: TaskState
  isOpen: boolean
  /** The state was inferred by the server, at `updatedAtMs`. */
  isInferred: boolean
  /** Its agent is to be told that it is over. */
  isRecalled: boolean
  /** It has rounds until it is stopped or its schedule is over; any other task has one at most. */
  isRecurring: boolean
  isDryRun: boolean
  timeoutSec: number
  /** How many there have been. */
  rounds: number
  updatedAtMs: number
  /** The round that the report is about: the one it names, or the only one of a task that does not recur. */
  round: Round | undefined
  /** All that run, where the report ends one of a recurring task; else none. */
  running: readonly Round[]
  /** The newest, where the report ends a recurring task. */
  last: Round | undefined
}

/** How long a final state that was only inferred may still be replaced by the agent's own word. */
const REPLACEABLE_MS = 24 * 3_600_000

/** Was it inferred, and not too long ago to be replaced? */
export function isStillInferred(
  {isInferred, updatedAtMs}: Pick<ReportedTask, 'isInferred' | 'updatedAtMs'>,
  nowMs: number,
): boolean {
  return isInferred && nowMs - updatedAtMs <= REPLACEABLE_MS
}

/** May a report still end it? */
export function isReplaceable({state, updatedAtMs}: Round, nowMs: number): boolean {
  return state === 'Running' || (state === 'Lost' && nowMs - updatedAtMs <= REPLACEABLE_MS)
}

/** When the round began. A script that has ended must have begun, whatever an agent that lost count says. */
export function startOf(report: Extract<TaskReport, {startMs: number}>, nowMs: number): number {
  if (report.startMs > 0) return report.startMs
  return report.kind === 'finish' || report.kind === 'timeout' ? nowMs : 0
}

/** The output that comes with the end of a round. */
export function partOf(report: EndReport, bytes: Uint8Array): ToldPart {
  return {offset: report.offset, bytes, agentDropped: report.dropped}
}

/** The part, or `undefined` when it adds nothing to what is known of the round. */
export function newToRound({outputEnd}: Round, part: ToldPart): ToldPart | undefined {
  const {offset, bytes, agentDropped} = part
  const addsNothing = offset === undefined ? bytes.length === 0 && !agentDropped : offset + bytes.length <= outputEnd
  return addsNothing ? undefined : part
}
