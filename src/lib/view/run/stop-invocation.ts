import type {StopResult} from '../../actions/run/stop-invocation.ts'
import {relativeTime} from '../form/relative-time.ts'
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

/** What a person must know who has stopped nothing; undefined where all was stopped that was asked for. */
export function overBeforeLine({invokeId, status, overBefore, results}: StopResult, nowMs: number): string | undefined {
  const over = results.filter(({instanceId}) => overBefore.includes(instanceId))
  if (over.length === 0) return undefined
  if (over.length < results.length) {
    return `On ${over.length} of ${results.length} instances it was over already; there nothing was stopped.`
  }
  const finished = over.map(({finishTime}) => finishTime).filter(Boolean)
  const when = finished.length === 0 ? '' : `, ${relativeTime(finished.sort().at(-1) ?? '', nowMs)}`
  return `${invokeId} was over already (${status}${when}); nothing was stopped.`
}
