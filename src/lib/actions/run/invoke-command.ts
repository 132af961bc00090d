import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {describeCommands} from '../../ecs/api/commands.ts'
import {invokeCommand} from '../../ecs/api/invocations.ts'
import {LIMITS} from '../../protocol/ecs/limits.ts'
import {checkLength} from '../fields/check-fields.ts'
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
    parseUse(deps, flags, LIMITS.timeoutMinSec),
  ])
  if (command === '') throw new AssistError('usage', 'the command to invoke is empty')
  checkLength(command, 'the command', LIMITS.commandNameCharacters)
  return {...parsed, selector, command}
}

export async function invokeStored(
  deps: CarryOutDeps & {localInstanceId: string | undefined},
  input: InvokeInput,
  signal: AbortSignal,
): Promise<CarriedOut> {
  const [commandId, chosen] = await Promise.all([
    findCommandId(deps, input.command),
    resolveTargets(deps.ecs, input.selector, {localInstanceId: deps.localInstanceId, type: undefined}),
  ])
  const carriedOut = await carryOut(
    deps,
    {
      ...chosen,
      clientToken: input.clientToken,
      wait: input.wait,
      timeoutMs: input.timeoutMs,
      start: (instanceIds, clientToken) => invokeCommand(deps.ecs, {...input.use, commandId, instanceIds, clientToken}),
    },
    signal,
  )
  return withSchedule(carriedOut, input)
}

/** An id as it is, the id behind a name of one's own, or the name of a public command, which the API takes as it is. */
async function findCommandId(deps: CarryOutDeps, command: string | undefined): Promise<string> {
  if (command === undefined) return findOnlyCommandId(deps)
  if (/^c-[A-Za-z0-9]+$/.test(command) || command.startsWith('ACS-')) return command
  const {items} = await describeCommands(deps.ecs, {name: command}, LIMITS.pageSize)
  const named = items.filter(({name}) => name === command)
  const [only] = named
  if (only && named.length === 1) return only.commandId
  if (named.length > 1) {
    throw new AssistError('usage', `${named.length} commands are named ${quote(command)}`, {
      hint: `Use one of the ids: ${named.map(({commandId}) => commandId).join(', ')}`,
    })
  }
  throw new AssistError('refused', `there is no command named ${quote(command)}`, {hint: 'See: assist commands'})
}

const SHOWN_CHOICES = 5

/** Whoever has stored one command only need not name it. Guessing among several would be dangerous. */
async function findOnlyCommandId(deps: CarryOutDeps): Promise<string> {
  const {items} = await describeCommands(deps.ecs, {}, SHOWN_CHOICES)
  const [only] = items
  if (only && items.length === 1) {
    deps.notice(`Using the only stored command: ${only.commandId} (${only.name}).`)
    return only.commandId
  }
  if (!only) {
    throw new AssistError('usage', 'no command is given, and none is stored', {
      hint: "Store one with assist create-command --name NAME 'SCRIPT', or give the script to assist run.",
    })
  }
  const choices = items.map(({commandId, name}) => `${commandId} (${name})`).join(', ')
  throw new AssistError('usage', 'no command is given, and more than one is stored', {
    hint: `Name one, such as: ${choices}. A script needs no stored command: assist run.`,
  })
}

/** From the argument or from `--command`. */
export function chooseCommand(argument: string | undefined, flag: string | undefined): string | undefined {
  if (argument !== undefined && flag !== undefined && argument !== flag) {
    throw new AssistError('usage', `one command can be invoked; given: ${quote(argument)} and --command ${quote(flag)}`)
  }
  return argument ?? flag
}
