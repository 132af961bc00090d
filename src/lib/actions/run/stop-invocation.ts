import {chunk} from '../../core/chunk.ts'
import {EXIT_CODES} from '../../core/errors.ts'
import {describeInvocations, stopInvocation} from '../../ecs/api/invocations.ts'
import {TARGETS} from '../../protocol/ecs/parameters/targets.ts'
import {type InstanceResult, instanceResult, isFinal, overallOf} from './run-result.ts'
import {type WatchDeps, watchInvocation} from './watch-invocation.ts'
import {withDeadline} from './with-deadline.ts'

export interface StopInput {
  invokeId: string
  /** None means all. */
  instanceIds: readonly string[]
  wait: boolean
  timeoutMs: number | undefined
}

export interface StopResult {
  invokeId: string
  status: string
  /** Instances where it was over before we came, so that nothing was stopped. */
  overBefore: string[]
  results: InstanceResult[]
}

export interface Stopped {
  result: StopResult
  waitTimedOut: boolean
  interrupted: boolean
}

const DEFAULT_WAIT_MS = 60_000

/** Asks to stop and, unless told otherwise, waits until nothing of it runs. Stopping what is over does no harm. */
export async function stop(deps: WatchDeps, input: StopInput, signal: AbortSignal): Promise<Stopped> {
  const overBefore = await whereOver(deps, input, signal)
  const parts = input.instanceIds.length === 0 ? [[]] : chunk(input.instanceIds, TARGETS.stop.items)
  for (const part of parts) await stopInvocation(deps.ecs, input.invokeId, part)
  let results: InstanceResult[] = []
  const wanted = input.instanceIds.length === 0 ? undefined : input.instanceIds
  const watched = {invokeId: input.invokeId, instanceIds: wanted, isNew: false, sharing: 1}
  const {isLate} = await withDeadline(deps.clock, input.timeoutMs ?? DEFAULT_WAIT_MS, signal, async (aborted) => {
    const enough = new AbortController()
    await watchInvocation(
      deps,
      watched,
      (look) => {
        results = look.results
          .filter(({instanceId}) => wanted === undefined || wanted.includes(instanceId))
          .map((task) => instanceResult(task, ''))
        if (!input.wait) enough.abort()
      },
      AbortSignal.any([aborted, enough.signal]),
    )
  })
  return {
    result: {invokeId: input.invokeId, status: overallOf(results), overBefore, results},
    waitTimedOut: isLate,
    interrupted: signal.aborted,
  }
}

const LONGEST_LOOK_MS = 3000

/** Asked before, because afterwards nobody can tell. It is only to be said: whatever goes wrong with it must not keep anything from being stopped. */
async function whereOver(deps: WatchDeps, {invokeId, instanceIds}: StopInput, signal: AbortSignal): Promise<string[]> {
  try {
    const {value} = await withDeadline(deps.clock, LONGEST_LOOK_MS, signal, (aborted) =>
      describeInvocations(deps.ecs, {invokeId}, 1, aborted),
    )
    const wanted = new Set(instanceIds)
    return (value.items[0]?.instances ?? []).flatMap((instance) =>
      isFinal(instance) && (wanted.size === 0 || wanted.has(instance.instanceId)) ? [instance.instanceId] : [],
    )
  } catch {
    return []
  }
}

/** Stopping went well unless it is still going on when we leave. */
export function concludeStop({waitTimedOut, interrupted}: Stopped): number {
  return interrupted ? EXIT_CODES.interrupted : waitTimedOut ? EXIT_CODES.timeout : 0
}
