import type {Invocation} from '../../ecs/api/invocations.ts'
import type {View} from '../form/render.ts'
import {statusCell, timeCell} from '../form/tones.ts'

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
      invocation.commandName,
      invocation.commandId,
      invocation.repeatMode,
      invocation.frequency,
      instancesText(invocation),
      timeCell(invocation.creationTime),
    ]),
    empty: 'No invocations.',
  }
}

/** The id of one, the number of several. */
function instancesText({instances}: Invocation): string | number {
  const [first] = instances
  return first && instances.length === 1 ? first.instanceId : instances.length
}
