import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {invokeCommand} from '../../ecs/api/invocations.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'
import {checkLength} from '../fields/check-fields.ts'
import {findOnlyStored, findStored, missingValues} from '../stored/find-stored.ts'
import {parseTargets, type Selector, type TargetDeps, type TargetFlags} from '../target/parse-targets.ts'
import {resolveTargets} from '../target/resolve-targets.ts'
import {type CarriedOut, type CarryOutDeps, carryOut} from './carry-out.ts'
import type {ScheduleDeps} from './check-schedule.ts'
import {type ParsedUse, parseUse, type UseFlags} from './parse-use.ts'
import {withSchedule} from './run-command.ts'

export interface InvokeInput extends ParsedUse {
  selector: Selector
  /** Id or name; undefined: the only one there is. */
  command: string | undefined
}

/** @throws AssistError (usage) before anything is sent */
export async function parseInvoke(
  deps: TargetDeps & ScheduleDeps,
  flags: UseFlags & TargetFlags,
  command: string | undefined,
): Promise<InvokeInput> {
  const [selector, parsed] = await Promise.all([
    parseTargets(deps, flags),
    // The stored timeout is not known here; the shortest one there is gives the schedule the benefit of the doubt.
    parseUse(deps, flags, COMMAND.timeout.min),
  ])
  if (command === '') throw new AssistError('usage', 'the command to invoke is empty')
  checkLength(command, 'the command', COMMAND.name)
  return {...parsed, selector, command}
}

export async function invokeStored(
  deps: CarryOutDeps & {localInstanceId: string | undefined},
  input: InvokeInput,
  signal: AbortSignal,
): Promise<CarriedOut> {
  const [{commandId, stored}, chosen] = await Promise.all([
    input.command === undefined ? findOnlyStored(deps) : findStored(deps.ecs, input.command),
    resolveTargets(deps.ecs, input.selector, {localInstanceId: deps.localInstanceId, type: undefined}),
  ])
  for (const warning of stored ? missingValues(stored, input.use.parameters) : []) deps.notice(`Warning: ${warning}`)
  const carriedOut = await carryOut(
    deps,
    {
      ...chosen,
      clientToken: input.clientToken,
      wait: input.wait,
      timeoutMs: input.timeoutMs,
      start: (instanceIds, more) => invokeCommand(deps.ecs, {...input.use, ...more, commandId, instanceIds}),
    },
    signal,
  )
  return withSchedule(carriedOut, input)
}

/** From the argument or from `--command`. */
export function chooseCommand(argument: string | undefined, flag: string | undefined): string | undefined {
  if (argument !== undefined && flag !== undefined && argument !== flag) {
    throw new AssistError('usage', `one command can be invoked; given: ${quote(argument)} and --command ${quote(flag)}`)
  }
  return argument ?? flag
}
