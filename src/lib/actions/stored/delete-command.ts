import {AssistError} from '../../core/errors.ts'
import {deleteCommand} from '../../ecs/api/commands.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'
import {checkLength} from '../fields/check-fields.ts'
import {findCommand} from './find-command.ts'

/** Ids or names: all are looked up first, then one after another is deleted, until the first refusal. */
export async function deleteCommands(
  deps: {ecs: EcsClient},
  commands: readonly string[],
): Promise<Array<{commandId: string}>> {
  const found = await Promise.all(commands.map((command) => findCommand(deps.ecs, command)))
  const commandIds = [...new Set(found.map(({commandId}) => commandId))]
  for (const commandId of commandIds) await deleteCommand(deps.ecs, commandId)
  return commandIds.map((commandId) => ({commandId}))
}

export function parseCommandIds(texts: readonly string[]): string[] {
  if (texts.includes('')) throw new AssistError('usage', 'a command to delete is empty')
  return [...new Set(texts)].map((text) => checkLength(text, 'a command', COMMAND.name) ?? '')
}
