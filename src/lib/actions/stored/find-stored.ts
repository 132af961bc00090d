import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {describeCommands, type StoredCommand} from '../../ecs/api/commands.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {PAGING} from '../../protocol/ecs/parameters/paging.ts'

export interface FoundStored {
  commandId: string
  /** Undefined where the id was taken as it is. */
  stored: StoredCommand | undefined
}

/**
 * An id as it is, the id behind a name of one's own, or the name of a public command, which the API takes as it is.
 * @throws AssistError: refused when there is none of that name, usage when there are several
 */
export async function findStored(ecs: EcsClient, command: string): Promise<FoundStored> {
  if (/^c-[A-Za-z0-9]+$/.test(command) || command.startsWith('ACS-')) return {commandId: command, stored: undefined}
  const {items} = await describeCommands(ecs, {name: command}, PAGING.maxResults.max)
  const named = items.filter(({name}) => name === command)
  const [only] = named
  if (only && named.length === 1) return {commandId: only.commandId, stored: only}
  if (named.length > 1) {
    throw new AssistError('usage', `${named.length} commands are named ${quote(command)}`, {
      hint: `Use one of the ids: ${named.map(({commandId}) => commandId).join(', ')}`,
    })
  }
  throw new AssistError('refused', `there is no command named ${quote(command)}`, {hint: 'See: assist commands'})
}

const SHOWN_CHOICES = 5

/** Whoever has stored one command only need not name it. Guessing among several would be dangerous. */
export async function findOnlyStored(deps: {ecs: EcsClient; notice(text: string): void}): Promise<FoundStored> {
  const {items} = await describeCommands(deps.ecs, {}, SHOWN_CHOICES)
  const [only] = items
  if (only && items.length === 1) {
    deps.notice(`Using the only stored command: ${only.commandId} (${only.name}).`)
    return {commandId: only.commandId, stored: only}
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

/** What to say about parameters of a command that get no value. Names ignore case. */
export function missingValues(
  {enableParameter, parameterNames}: Pick<StoredCommand, 'enableParameter' | 'parameterNames'>,
  given: Readonly<Record<string, string>> | undefined,
): string[] {
  const names = new Set(Object.keys(given ?? {}).map((name) => name.toLowerCase()))
  const empty = enableParameter ? parameterNames.filter((name) => !names.has(name.toLowerCase())) : []
  return empty.length > 0 ? [`parameters without a value become empty: ${empty.join(', ')}`] : []
}
