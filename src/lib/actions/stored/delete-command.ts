import {AssistError} from '../../core/errors.ts'
import {deleteCommand} from '../../ecs/api/commands.ts'
import {describeInvocations} from '../../ecs/api/invocations.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {EcsError} from '../../ecs/error.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'
import {checkLength} from '../fields/check-fields.ts'
import {findStored} from './find-stored.ts'

/** Ids or names: all are looked up first, then one after another is deleted, until the first refusal. */
export async function deleteCommands(
  deps: {ecs: EcsClient},
  commands: readonly string[],
): Promise<Array<{commandId: string}>> {
  const found = await Promise.all(commands.map((command) => findStored(deps.ecs, command)))
  const commandIds = [...new Set(found.map(({commandId}) => commandId))]
  for (const [index, commandId] of commandIds.entries()) {
    await deleteCommand(deps.ecs, commandId).catch(async (error: unknown) => {
      throw await explain(error, commandId, {ecs: deps.ecs, deleted: commandIds.slice(0, index)})
    })
  }
  return commandIds.map((commandId) => ({commandId}))
}

/** What keeps it, so that it can be stopped; and what is gone already. */
async function explain(
  error: unknown,
  commandId: string,
  {ecs, deleted}: {ecs: EcsClient; deleted: readonly string[]},
): Promise<unknown> {
  if (!(error instanceof AssistError)) return error
  const isInUse = error instanceof EcsError && error.ecsCode.startsWith('Operation.Forbidden')
  const users = isInUse ? await usersOf(ecs, commandId) : []
  const hints = [
    ...(users.length > 0 ? [`Used by ${users.join(', ')}. To stop it: assist stop ${users[0]?.split(' ')[0]}`] : []),
    ...(users.length === 0 && error.hint !== undefined ? [error.hint] : []),
    ...(deleted.length > 0 ? [`Deleted before that: ${deleted.join(', ')}`] : []),
  ]
  return new AssistError(error.code, error.message, {hint: hints.join('\n  ') || undefined, cause: error})
}

const MOST_USERS = 5

/** `t-… (Scheduled, rate(10m))`; none where that can't be asked. */
async function usersOf(ecs: EcsClient, commandId: string): Promise<string[]> {
  try {
    const open = await Promise.all(
      ['Scheduled', 'Running', 'Pending', 'Stopping'].map((status) =>
        describeInvocations(ecs, {commandId, status}, MOST_USERS),
      ),
    )
    const users = [...new Map(open.flatMap(({items}) => items).map((one) => [one.invokeId, one])).values()]
    return users
      .slice(0, MOST_USERS)
      .map(({invokeId, status, frequency}) => `${invokeId} (${[status, frequency].filter(Boolean).join(', ')})`)
  } catch {
    return []
  }
}

export function parseCommandIds(texts: readonly string[]): string[] {
  if (texts.includes('')) throw new AssistError('usage', 'a command to delete is empty')
  return [...new Set(texts)].map((text) => checkLength(text, 'a command', COMMAND.name) ?? '')
}
