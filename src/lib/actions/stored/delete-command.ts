import {deleteCommand} from '../../ecs/api/commands.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {checkId} from '../fields/check-fields.ts'

/** Deletes one after another and stops at the first refusal. */
export async function deleteCommands(
  deps: {ecs: EcsClient},
  commandIds: readonly string[],
): Promise<Array<{commandId: string}>> {
  for (const commandId of commandIds) await deleteCommand(deps.ecs, commandId)
  return commandIds.map((commandId) => ({commandId}))
}

export function parseCommandIds(texts: readonly string[]): string[] {
  return [...new Set(texts)].map((text) => checkId(text, 'a command', 'c-hz0abc'))
}
