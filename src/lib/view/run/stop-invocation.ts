import type {StopResult} from '../../actions/run/stop-invocation.ts'
import type {View} from '../form/render.ts'
import {statusCell} from '../form/tones.ts'

export function stopView({invokeId, results}: StopResult): View {
  return {
    columns: [
      {key: 'invokeId', label: 'Invocation'},
      {key: 'instanceId', label: 'Instance'},
      {key: 'status', label: 'Status'},
    ],
    rows: results.map((result) => [result.invokeId || invokeId, result.instanceId, statusCell(result.status)]),
    empty: `${invokeId} is asked to stop.`,
  }
}
