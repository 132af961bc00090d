import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {describeInvocations, type Invocation} from '../../ecs/api/invocations.ts'
import {describeInvocationResults, type ResultFilter} from '../../ecs/api/results.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {checkId} from '../fields/check-fields.ts'
import {parseTags} from '../fields/pairs.ts'
import {checkInstanceId} from '../target/parse-targets.ts'
import {type CarriedOut, type CarryOutDeps, followerOf} from './carry-out.ts'
import {ResultFollower} from './follow-results.ts'
import {type InstanceResult, instanceResult, overallOf, type RunResult, untoldResult} from './run-result.ts'
import {watchInvocation} from './watch-invocation.ts'
import {withDeadline} from './with-deadline.ts'

export interface DescribedResults {
  result: RunResult | {results: InstanceResult[]}
  hasMore: boolean
}

/** Results as they are now. With an invocation the whole has a status too, from what is shown. */
export async function describeResults(
  deps: {ecs: EcsClient},
  filter: ResultFilter,
  limit: number,
): Promise<DescribedResults> {
  const {items, hasMore} = await describeInvocationResults(deps.ecs, filter, limit)
  const results = items.map((task) => instanceResult(task, ''))
  if (filter.invokeId === undefined) return {result: {results}, hasMore}
  const untold = results.length === 0 ? await findInvocation(deps.ecs, filter.invokeId) : undefined
  const newest = [...new Map(results.toReversed().map((result) => [result.instanceId, result])).values()]
  return {
    result: {
      invokeId: filter.invokeId,
      invokeIds: [filter.invokeId],
      commandId: items[0]?.commandId ?? untold?.commandId ?? '',
      status: untold?.status ?? overallOf(newest),
      results,
    },
    hasMore,
  }
}

export interface FollowInput {
  invokeId: string
  instanceId: string | undefined
  timeoutMs: number | undefined
}

/** Attaches to an invocation: what it printed so far (as far as it is still kept), then what comes, until it is over. */
export async function followInvocation(
  deps: CarryOutDeps,
  input: FollowInput,
  signal: AbortSignal,
): Promise<CarriedOut> {
  const invocation = await findInvocation(deps.ecs, input.invokeId)
  const listed = invocation.instances.map(({instanceId}) => instanceId)
  if (input.instanceId !== undefined && !listed.includes(input.instanceId)) {
    throw new AssistError('usage', `invocation ${input.invokeId} does not run on ${quote(input.instanceId)}`)
  }
  const instanceIds = input.instanceId === undefined ? listed : [input.instanceId]
  const targets = instanceIds.map((instanceId) => ({instanceId, name: ''}))
  deps.listener.started([input.invokeId], targets)
  const follower = new ResultFollower(deps.listener)
  const reader = followerOf(deps, follower)
  const watched = {invokeId: input.invokeId, instanceIds, isNew: false, sharing: 1, follower: reader}
  const {isLate} = await withDeadline(deps.clock, input.timeoutMs, signal, (aborted) =>
    watchInvocation(
      deps,
      watched,
      ({results, outputs}) => {
        follower.look({results: results.filter(({instanceId}) => instanceIds.includes(instanceId)), outputs})
      },
      aborted,
    ),
  )
  const results = targets.map((target) => {
    const task = follower.get(target.instanceId)
    return task ? instanceResult(task, '') : untoldResult(target, {invokeId: input.invokeId, status: 'Pending'})
  })
  const {invokeId, commandId} = invocation
  return {
    result: {invokeId, invokeIds: [invokeId], commandId, status: overallOf(results), results},
    waitTimedOut: isLate,
    interrupted: signal.aborted,
  }
}

async function findInvocation(ecs: EcsClient, invokeId: string): Promise<Invocation> {
  // Without `timed` the cloud may leave out recurring ones.
  for (const timed of [undefined, true]) {
    const {items} = await describeInvocations(ecs, {invokeId, timed}, 1)
    if (items[0]) return items[0]
  }
  throw new AssistError('refused', `there is no invocation ${quote(invokeId)}`, {hint: 'See: assist invocations'})
}

export interface ResultsFlags {
  'invoke-id'?: string | undefined
  instance?: string | undefined
  'command-id'?: string | undefined
  status?: string | undefined
  'resource-group'?: string | undefined
  tag?: readonly string[] | undefined
  history?: boolean | undefined
  follow?: boolean | undefined
}

/** @throws AssistError (usage) */
export function parseResultsFilter(flags: ResultsFlags, argument: string | undefined): ResultFilter {
  const {'invoke-id': flag, instance, follow, history} = flags
  if (argument !== undefined && flag !== undefined && argument !== flag) {
    throw new AssistError(
      'usage',
      `one invocation can be looked at; given: ${quote(argument)} and --invoke-id ${quote(flag)}`,
    )
  }
  const invokeId = argument ?? flag
  if (invokeId === undefined && (follow || history)) {
    throw new AssistError('usage', `--${follow ? 'follow' : 'history'} needs an invocation`, {
      hint: 'See: assist invocations',
    })
  }
  return {
    invokeId: invokeId === undefined ? undefined : checkId(invokeId, 'the invocation', 't-hz0abc'),
    instanceId: instance === undefined ? undefined : checkInstanceId(instance, '--instance'),
    commandId: flags['command-id'],
    status: flags.status,
    resourceGroupId: flags['resource-group'],
    tags: parseTags(flags.tag),
    includeHistory: history,
  }
}
