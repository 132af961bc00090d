import {instanceStatus, isFinalTaskState, legacyInstanceStatus, type TaskState} from '../../../protocol/ecs/status.ts'
import {isTimed} from '../../../protocol/repeat.ts'
import {markGap} from '../../rules/output.ts'
import type {TaskResult} from '../../store/runs/task-results.ts'
import type {InvocationRow} from '../../store/schema.ts'
import {isoTime} from '../parts/encoding.ts'

/** Will it run again by itself? */
export function runsAgain(row: Pick<InvocationRow, 'repeat_mode'>, state: TaskState): boolean {
  return isTimed(row.repeat_mode) && !isFinalTaskState(state) && state !== 'Stopping'
}

/** One instance's part of an invocation, in the words that both Describe operations share. */
export interface TaskView {
  status: string
  legacyStatus: string
  startTime: string
  finishTime: string
  stopTime: string
  error: {ErrorCode: string; ErrorInfo: string}
  /** Left out until a process has ended by itself. */
  exitCode: number | undefined
  dropped: number
  /** Byte by byte, for a caller that reckons with positions. */
  output: Uint8Array
  /** With a mark where bytes are missing, for everybody else. */
  markedOutput: Uint8Array
}

/** `asRound`: tells of the round itself, as the history does, rather than of the task that goes on. */
export function viewTask(task: TaskResult, row: InvocationRow, asRound: boolean): TaskView {
  const state = asRound ? (task.round_state ?? task.state) : task.state
  const status = instanceStatus(state)
  const startMs = task.start_ms ?? 0
  const output = task.output ?? new Uint8Array()
  const isTimeout = (task.round_state ?? task.state) === 'Timeout' && startMs > 0
  return {
    status,
    legacyStatus: legacyInstanceStatus(status),
    startTime: isoTime(startMs),
    // Promised by the API, whatever the kill took.
    finishTime: isoTime(isTimeout ? startMs + row.timeout_sec * 1000 : task.end_ms),
    stopTime: isoTime(task.stop_at_ms),
    error: errorOf(task, state, asRound),
    exitCode: task.exit_code ?? undefined,
    dropped: task.dropped ?? 0,
    output,
    markedOutput: markGap({output, gapAfter: task.gap_after ?? 0, gapBytes: task.gap_bytes ?? 0}),
  }
}

/** What to say where neither the agent nor the server has said more. */
const USUAL_ERRORS: Partial<Record<TaskState, readonly [code: string, info: string]>> = {
  Failed: ['ExitCodeNonzero', 'The script ended with an exit code other than 0.'],
  Timeout: ['ExecutionTimeout', 'The script ran past its timeout.'],
  Interrupted: ['ExecutionInterrupted', 'The script was interrupted; whether it did its work is not known.'],
  Expired: ['DeliveryTimeout', 'The instance did not take the task in time.'],
  Lost: ['ClientNotResponse', 'The agent has not been heard of since the script was started.'],
}

function errorOf(task: TaskResult, state: TaskState, asRound: boolean): {ErrorCode: string; ErrorInfo: string} {
  const ofTask = asRound && task.round !== null ? '' : task.error_code
  const [code, info] = ofTask ? [ofTask, task.error_info] : [task.round_error_code ?? '', task.round_error_info ?? '']
  const usual = USUAL_ERRORS[state]
  return code || !usual ? {ErrorCode: code, ErrorInfo: info} : {ErrorCode: usual[0], ErrorInfo: usual[1]}
}
