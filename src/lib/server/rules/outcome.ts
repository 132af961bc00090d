import {INTERRUPTED, type TaskReport} from '../../protocol/agent/reports.ts'
import type {TaskState} from '../../protocol/ecs/status.ts'
import {executionErrorCode, invalidErrorCode} from './error-codes.ts'

export type RefusalReport = Extract<TaskReport, {kind: 'invalid' | 'verified'}>
export type EndReport = Extract<TaskReport, {kind: 'finish' | 'timeout' | 'error' | 'stopped'}>

/** How a round, or a task that never came to one, has ended. */
export interface Outcome {
  state: TaskState
  errorCode: string
  errorInfo: string
}

export interface RoundOutcome extends Outcome {
  endMs: number
  /** Null when the script was ended or did not run. */
  exitCode: number | null
}

const OUTPUT_LEFT =
  'What it left running still has its output; what that prints from now on is kept nowhere, unless it goes to a file.'

/** Pure. `startMs` is the round's, `startMs: 0` says that nothing was started. */
export function outcomeOfEnd(report: EndReport, round: {startMs: number; timeoutSec: number}): RoundOutcome {
  const {endMs} = report
  switch (report.kind) {
    case 'finish':
      return report.exitCode === 0
        ? {state: 'Success', errorCode: '', errorInfo: report.outputLeft ? OUTPUT_LEFT : '', exitCode: 0, endMs}
        : {
            state: 'Failed',
            errorCode: 'ExitCodeNonzero',
            errorInfo: `The script ended with exit code ${report.exitCode}.${report.outputLeft ? ` ${OUTPUT_LEFT}` : ''}`,
            exitCode: report.exitCode,
            endMs,
          }
    case 'timeout':
      return {
        state: 'Timeout',
        errorCode: 'ExecutionTimeout',
        errorInfo: `The script ran longer than ${round.timeoutSec} s and was ended.`,
        exitCode: null,
        // The API promises FinishedTime = StartTime + Timeout.
        endMs: round.startMs + round.timeoutSec * 1000,
      }
    case 'error':
      return {
        state: report.errCode === INTERRUPTED ? 'Interrupted' : 'Error',
        errorCode: executionErrorCode(report.errCode),
        errorInfo: report.errDesc,
        exitCode: null,
        endMs,
      }
    case 'stopped':
      return {state: round.startMs > 0 ? 'Stopped' : 'Cancelled', errorCode: '', errorInfo: '', exitCode: null, endMs}
  }
}

export function outcomeOfRefusal(report: RefusalReport): Outcome {
  if (report.kind === 'verified') return {state: 'Success', errorCode: '', errorInfo: ''}
  return {
    state: 'Invalid',
    errorCode: invalidErrorCode(report.param, report.value),
    errorInfo: report.value === '' ? report.param : `${report.param}: ${report.value}`,
  }
}
