import {EXIT_CODES} from '../../core/errors.ts'

/** What decides about the exit code of a run. */
export interface Ended {
  status: string
  exitCode: number | null
  startTime: string
}

export type ExitPolicy = 'largest' | 'class'

/**
 * The exit code of a run, by the contract that `assist help exit-codes` shows.
 *
 * A script's own failure comes first, because pipelines want it: the largest code any target returned, or 1 under the policy `class`.
 * Codes outside 1–255 (Windows has some) become 255. A script that itself ends with 120–125 passes through like any other: status tells.
 * A task that ended as `Error` counts as a failed script with code 1 once it had started, because it may have done something and must
 * not look safe to repeat; one that never started counts as never run.
 */
export function runExitCode(results: readonly Ended[], options: {policy: ExitPolicy; waitTimedOut: boolean}): number {
  const codes = results.map((result) => codeOf(result, options.waitTimedOut))
  const failures = codes.flatMap((code) => (code.kind === 'script' ? [code.value] : []))
  if (failures.length > 0) return options.policy === 'class' ? 1 : Math.max(...failures)
  return Math.max(0, ...codes.map((code) => code.value))
}

type Code = {kind: 'script' | 'other'; value: number}

function codeOf(result: Ended, waitTimedOut: boolean): Code {
  switch (result.status) {
    case 'Success':
      return {kind: 'other', value: 0}
    case 'Failed':
      return {kind: 'script', value: failureCode(result.exitCode)}
    case 'Error':
      return result.startTime === '' ? {kind: 'other', value: EXIT_CODES.neverRan} : {kind: 'script', value: 1}
    case 'Timeout':
      return {kind: 'other', value: EXIT_CODES.timeout}
    case 'Cancelled':
    case 'Terminated':
    case 'Stopped':
      return {kind: 'other', value: EXIT_CODES.stopped}
    case 'Invalid':
    case 'Aborted':
      return {kind: 'other', value: EXIT_CODES.neverRan}
    default:
      return {kind: 'other', value: waitTimedOut ? EXIT_CODES.timeout : 0}
  }
}

function failureCode(exitCode: number | null): number {
  if (exitCode === null || exitCode === 0) return 1
  return exitCode >= 1 && exitCode <= 255 ? exitCode : 255
}
