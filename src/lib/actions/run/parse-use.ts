import {AssistError} from '../../core/errors.ts'
import type {Use} from '../../ecs/api/invocations.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'
import {INVOCATION} from '../../protocol/ecs/parameters/invocation.ts'
import {isTimed, scheduleKind} from '../../protocol/repeat.ts'
import {expressionKind} from '../../schedule/kind.ts'
import {
  checkClientToken,
  checkLength,
  parseExecTimeout,
  parseRepeatMode,
  parseTerminationMode,
} from '../fields/check-fields.ts'
import {parseParameters} from '../fields/pairs.ts'
import {type CheckedSchedule, checkSchedule, type ScheduleDeps} from './check-schedule.ts'
import type {ExitPolicy} from './exit-code.ts'

/** Flags that say when, how and how long; the same for a new script and a stored command. */
export interface UseFlags {
  param?: readonly string[] | undefined
  cwd?: string | undefined
  user?: string | undefined
  'windows-password-name'?: string | undefined
  'exec-timeout'?: string | undefined
  frequency?: string | undefined
  'repeat-mode'?: string | undefined
  launcher?: string | undefined
  'termination-mode'?: string | undefined
  'container-id'?: string | undefined
  'container-name'?: string | undefined
  'oss-output'?: string | undefined
  'client-token'?: string | undefined
  wait?: boolean | undefined
  /** ms, as text. */
  timeout?: string | undefined
  'exit-policy'?: string | undefined
}

export interface ParsedUse {
  use: Omit<Use, 'instanceIds' | 'clientToken'>
  schedule: CheckedSchedule | undefined
  clientToken: string | undefined
  wait: boolean
  timeoutMs: number | undefined
  exitPolicy: ExitPolicy
}

/** @param defaultTimeoutSec what applies without --exec-timeout, as far as it is known */
export async function parseUse(deps: ScheduleDeps, flags: UseFlags, defaultTimeoutSec: number): Promise<ParsedUse> {
  const timeoutSec = parseExecTimeout(flags['exec-timeout'])
  const repeatMode = parseRepeatMode(flags['repeat-mode'])
  if (repeatMode === 'Period' && flags.frequency === undefined) {
    throw new AssistError('usage', '--repeat-mode Period needs --frequency')
  }
  if (flags.frequency !== undefined && repeatMode !== undefined && repeatMode !== 'Period') {
    throw new AssistError('usage', `--frequency means --repeat-mode Period; given: ${repeatMode}`)
  }
  const schedule =
    flags.frequency === undefined
      ? undefined
      : await checkSchedule(deps, flags.frequency, timeoutSec ?? defaultTimeoutSec)
  const mode = schedule ? 'Period' : (repeatMode ?? 'Once')
  if (flags.wait && scheduleKind(mode, expressionKind(flags.frequency ?? '')) === 'recurring') {
    throw new AssistError('usage', '--wait cannot be given with what recurs: it has no end', {
      hint: 'Leave out --wait. Its rounds: assist results ID --history; as they come: assist results ID --follow',
    })
  }
  return {
    use: {
      frequency: flags.frequency,
      repeatMode,
      timeoutSec,
      workingDir: checkLength(flags.cwd, '--cwd', COMMAND.workingDir),
      username: checkLength(flags.user, '--user', INVOCATION.username),
      windowsPasswordName: checkLength(
        flags['windows-password-name'],
        '--windows-password-name',
        INVOCATION.windowsPasswordName,
      ),
      launcher: checkLength(flags.launcher, '--launcher', COMMAND.launcher),
      terminationMode: parseTerminationMode(flags['termination-mode']),
      parameters: parseParameters(flags.param),
      containerId: flags['container-id'],
      containerName: flags['container-name'],
      ossOutputDelivery: flags['oss-output'],
    },
    schedule,
    clientToken: checkClientToken(flags['client-token']),
    // A dry run is over at once, and its verdict is all there is to it.
    wait: flags.wait ?? !isTimed(mode),
    timeoutMs: flags.timeout === undefined ? undefined : Number(flags.timeout),
    exitPolicy: flags['exit-policy'] === 'class' ? 'class' : 'largest',
  }
}
