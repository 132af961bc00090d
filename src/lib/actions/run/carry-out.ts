import {chunk} from '../../core/chunk.ts'
import type {Started} from '../../ecs/api/invocations.ts'
import {EcsError} from '../../ecs/error.ts'
import {NO_FOLLOWER} from '../../protocol/ecs/follow.ts'
import {CLIENT_TOKEN_CHARACTERS} from '../../protocol/ecs/parameters/general.ts'
import {TARGETS} from '../../protocol/ecs/parameters/targets.ts'
import type {Target, Targets} from '../target/resolve-targets.ts'
import {ResultFollower, type RunListener} from './follow-results.ts'
import {type InstanceResult, instanceResult, overallOf, type RunResult, untoldResult} from './run-result.ts'
import {type Follower, type WatchDeps, watchInvocation} from './watch-invocation.ts'
import {withDeadline} from './with-deadline.ts'

export interface CarryOutDeps extends WatchDeps {
  listener: RunListener & {started(invokeIds: readonly string[], targets: readonly Target[]): void}
  /** Names whoever reads the output as it comes, and wants all of it; undefined: nobody does. */
  followerId?: string | undefined
}

export interface CarryOutInput extends Targets {
  clientToken: string | undefined
  wait: boolean
  /** Of the whole wait. */
  timeoutMs: number | undefined
  /** Sends one call for at most 100 instances. */
  start(instanceIds: readonly string[], more: {clientToken: string | undefined; follower: string}): Promise<Started>
}

export interface CarriedOut {
  result: RunResult
  waitTimedOut: boolean
  interrupted: boolean
}

/** Sends the calls, then watches them together until all targets are done; what one call would refuse as a whole is told per target. */
export async function carryOut(deps: CarryOutDeps, input: CarryOutInput, signal: AbortSignal): Promise<CarriedOut> {
  const batches = await startAll(input, (input.wait ? deps.followerId : undefined) ?? NO_FOLLOWER)
  const started = batches.filter((batch) => 'invokeId' in batch)
  deps.listener.started(
    started.map(({invokeId}) => invokeId),
    input.targets,
  )
  const follower = new ResultFollower(deps.listener)
  const watchAll = (aborted: AbortSignal): Promise<unknown> =>
    Promise.all(
      started.map(({invokeId, targets}) => {
        const instanceIds = targets.map(({instanceId}) => instanceId)
        const reader = followerOf(deps, follower)
        const watched = {invokeId, instanceIds, isNew: true, sharing: started.length, follower: reader}
        return watchInvocation(deps, watched, (look) => follower.look(look), aborted)
      }),
    )
  const {isLate} = input.wait ? await withDeadline(deps.clock, input.timeoutMs, signal, watchAll) : {isLate: false}
  const results = [...batches.flatMap((batch) => resultsOf(batch, follower)), ...input.unfit.map(unfitResult)]
  return {
    result: {
      invokeId: started[0]?.invokeId ?? '',
      invokeIds: started.map(({invokeId}) => invokeId),
      commandId: started[0]?.commandId ?? '',
      status: overallOf(results),
      results,
    },
    waitTimedOut: isLate,
    interrupted: signal.aborted,
  }
}

/** The reader of the output, as the service is to know it. */
export function followerOf(
  {followerId: id}: Pick<CarryOutDeps, 'followerId'>,
  results: ResultFollower,
): Follower | undefined {
  if (id === undefined) return undefined
  return {
    id,
    positionOf: (instanceId) => results.positionOf(instanceId),
    isBehind: (instanceId) => results.isBehind(instanceId),
  }
}

type Batch = {targets: readonly Target[]} & (Started | {refusal: EcsError})

const CALLS_AT_ONCE = 4

/** @throws the first refusal when nothing at all was accepted */
async function startAll({targets, clientToken, start}: CarryOutInput, follower: string): Promise<Batch[]> {
  const parts = chunk(targets, TARGETS.run.items)
  const batches: Batch[] = []
  for (const [round, wave] of chunk(parts, CALLS_AT_ONCE).entries()) {
    const sent = wave.map(async (part, index): Promise<Batch> => {
      const token = batchToken(clientToken, round * CALLS_AT_ONCE + index, parts.length)
      try {
        return {
          targets: part,
          ...(await start(
            part.map(({instanceId}) => instanceId),
            {clientToken: token, follower},
          )),
        }
      } catch (error) {
        if (error instanceof EcsError && parts.length > 1) return {targets: part, refusal: error}
        throw error
      }
    })
    batches.push(...(await Promise.all(sent)))
  }
  const [first] = batches
  if (first && 'refusal' in first && batches.every((batch) => 'refusal' in batch)) throw first.refusal
  return batches
}

/** Each call needs a token of its own; the same command line must give the same ones again. */
export function batchToken(token: string | undefined, index: number, count: number): string | undefined {
  if (token === undefined || count === 1) return token
  const suffix = `-${index + 1}`
  return token.slice(0, CLIENT_TOKEN_CHARACTERS - suffix.length) + suffix
}

function resultsOf(batch: Batch, follower: ResultFollower): InstanceResult[] {
  return batch.targets.map((target) => {
    if ('refusal' in batch) {
      const {ecsCode, message} = batch.refusal
      return untoldResult(target, {status: 'Invalid', errorCode: ecsCode, errorInfo: message})
    }
    const task = follower.get(target.instanceId)
    return task
      ? instanceResult(task, target.name)
      : untoldResult(target, {invokeId: batch.invokeId, status: 'Pending'})
  })
}

function unfitResult(target: Targets['unfit'][number]): InstanceResult {
  return untoldResult(target, {
    status: 'Aborted',
    errorCode: target.errorCode,
    errorInfo: `not sent: ${target.reason}`,
  })
}
