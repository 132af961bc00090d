import type {Invocation} from '../../ecs/api/invocations.ts'
import {isGeneratedName} from '../../protocol/ecs/generated-name.ts'
import type {Cell, View} from '../form/render.ts'
import {statusCell, timeCell} from '../form/tones.ts'
import {scriptLine} from './script-line.ts'

export function invocationsView(invocations: readonly Invocation[]): View {
  return {
    columns: [
      {key: 'invokeId', label: 'Invocation'},
      {key: 'status', label: 'Status'},
      {key: 'commandName', label: 'Name'},
      {key: 'commandId', label: 'Command', isExtra: true},
      {key: 'repeatMode', label: 'Repeat', isExtra: true},
      {key: 'frequency', label: 'Schedule'},
      {key: 'instances', label: 'Instances'},
      {key: 'creationTime', label: 'Created'},
    ],
    rows: invocations.map((invocation) => [
      invocation.invokeId,
      statusCell(invocation.status),
      nameCell(invocation),
      invocation.commandId,
      invocation.repeatMode,
      invocation.frequency,
      instancesText(invocation),
      timeCell(invocation.creationTime),
    ]),
    empty: 'No invocations.',
  }
}

/** Runs without a name all look alike; what they ran tells them apart. */
function nameCell({commandName, content}: Invocation): Cell {
  if (commandName !== '' && !isGeneratedName(commandName)) return commandName
  const line = scriptLine(content)
  return line === '' ? commandName : {text: commandName, inTable: line, tone: 'dim'}
}

/** The id of one, the number of several. */
function instancesText({instances}: Invocation): string | number {
  const [first] = instances
  return first && instances.length === 1 ? first.instanceId : instances.length
}
