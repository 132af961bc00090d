import {AssistError} from '../../core/errors.ts'
import type {CarriedOut} from './carry-out.ts'
import {type ExitPolicy, runExitCode} from './exit-code.ts'
import {isFinal} from './run-result.ts'

export interface Conclusion {
  exitCode: number
  /** Lines about what goes on without us. */
  goesOn: string[]
}

/**
 * What a run comes to. `again` is what the follow-up commands need to reach the same service, such as ` --profile prod`.
 * @throws AssistError (interrupted) with those commands, after Ctrl-C
 */
export function concludeRun(done: CarriedOut, options: {exitPolicy: ExitPolicy; again: string}): Conclusion {
  const {results, invokeIds} = done.result
  const open = results.filter((result) => !isFinal(result)).length
  const commands = followUps(invokeIds, options.again)
  if (done.interrupted && open > 0) {
    const what = `${invokeIds.slice(0, 3).join(', ')}${invokeIds.length > 3 ? ', …' : ''}`
    const where = open === 1 ? 'one instance' : `${open} instances`
    throw new AssistError('interrupted', `interrupted; ${what} goes on on ${where}`, {hint: commands.join('\n  ')})
  }
  const exitCode = runExitCode(results, {policy: options.exitPolicy, waitTimedOut: done.waitTimedOut})
  return {
    exitCode,
    goesOn:
      done.waitTimedOut && open > 0 ? ['Stopped waiting; it goes on.', ...commands.map((line) => `  ${line}`)] : [],
  }
}

function followUps(invokeIds: readonly string[], again: string): string[] {
  return invokeIds
    .slice(0, 3)
    .flatMap((id) => [`To follow it: assist results ${id} --follow${again}`, `To stop it:   assist stop ${id}${again}`])
}
