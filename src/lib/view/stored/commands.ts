import type {StoredCommand} from '../../ecs/api/commands.ts'
import type {View} from '../form/render.ts'
import {tagsCell, timeCell} from '../form/tones.ts'

export function commandsView(commands: readonly StoredCommand[]): View {
  return {
    columns: [
      {key: 'commandId', label: 'Command'},
      {key: 'name', label: 'Name'},
      {key: 'type', label: 'Type'},
      {key: 'timeoutSec', label: 'Timeout', isExtra: true},
      {key: 'parameterNames', label: 'Parameters', isExtra: true},
      {key: 'invokeTimes', label: 'Uses'},
      {key: 'creationTime', label: 'Created'},
      {key: 'description', label: 'Description', isExtra: true},
      {key: 'tags', label: 'Tags', isExtra: true},
    ],
    rows: commands.map((command) => [
      command.commandId,
      command.name,
      command.type,
      command.timeoutSec === null ? undefined : `${command.timeoutSec}s`,
      command.parameterNames.join(', '),
      command.invokeTimes ?? undefined,
      timeCell(command.creationTime),
      command.description,
      tagsCell(command.tags),
    ]),
    empty: 'No commands.',
  }
}

/** One id, for a script to pick up. */
export function commandIdView(commandIds: ReadonlyArray<{commandId: string}>): View {
  return {columns: [{key: 'commandId', label: 'Command'}], rows: commandIds.map(({commandId}) => [commandId])}
}
