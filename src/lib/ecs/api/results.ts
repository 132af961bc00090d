import {HOLD_VERSION_FIELD} from '../../protocol/ecs/hold.ts'
import type {ParameterValue} from '../../protocol/ecs/parameters/flatten.ts'
import type {OutputPart} from '../../protocol/output.ts'
import type {CallOptions, EcsAnswer, EcsClient} from '../client.ts'
import {collectPages, type Listed, type PageRequest, tagParameters} from './page.ts'
import {readList, readNumber, readObject, readText, readTime} from './read.ts'

// Source: ECS 2014-05-26: DescribeInvocationResults. Output travels as Base64, so bytes that are no UTF-8 survive.

/** What came of a task: one round on one instance. */
export interface TaskResult {
  invokeId: string
  instanceId: string
  commandId: string
  status: string
  exitCode: number | null
  /** The newest bytes; everything printed is `dropped` bytes, then these. */
  output: Uint8Array
  dropped: number
  repeats: number | null
  startTime: string
  finishTime: string
  stopTime: string
  errorCode: string
  errorInfo: string
  username: string
}

export interface ResultFilter {
  invokeId?: string | undefined
  instanceId?: string | undefined
  commandId?: string | undefined
  status?: string | undefined
  resourceGroupId?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
  includeHistory?: boolean | undefined
}

export function describeInvocationResults(
  ecs: EcsClient,
  filter: ResultFilter,
  limit: number,
): Promise<Listed<TaskResult>> {
  return collectPages((page) => resultsPage(ecs, filter, page), limit)
}

/** Who follows, up to where they have the output of which instance, and how much they take at once. */
export interface FollowRequest {
  id: string
  positions: ReadonlyMap<string, number>
  mostBytes: number
}

/** What comes next of an output that is followed. */
export interface FollowedOutput extends OutputPart {
  instanceId: string
  /** Up to where there is output by now. */
  end: number
}

export interface ResultsPage {
  items: TaskResult[]
  /** Of what was asked to be followed; then the items have no output. Undefined: the service cannot be followed, or not this invocation. */
  outputs: FollowedOutput[] | undefined
  nextToken: string
  /** What to wait on with `hold.since`; undefined when the service cannot hold answers, as the cloud. */
  version: string | undefined
}

export async function resultsPage(
  ecs: EcsClient,
  filter: ResultFilter,
  page: PageRequest,
  options: CallOptions & {follow?: FollowRequest | undefined} = {},
): Promise<ResultsPage> {
  const {follow, ...call} = options
  const answer = await ecs.call(
    'DescribeInvocationResults',
    {
      InvokeId: filter.invokeId,
      InstanceId: filter.instanceId,
      CommandId: filter.commandId,
      InvokeRecordStatus: filter.status,
      ResourceGroupId: filter.resourceGroupId,
      Tag: tagParameters(filter.tags),
      IncludeHistory: filter.includeHistory,
      ContentEncoding: 'Base64',
      ...(follow && ecs.isOurs && followParameters(follow)),
      ...page,
    },
    call,
  )
  const invocation = readObject(answer, 'Invocation')
  return {
    items: readList(invocation, 'InvocationResults', 'InvocationResult').map(decodeResult),
    outputs:
      answer['AssistOutputs'] === undefined
        ? undefined
        : readList(answer, 'AssistOutputs', 'AssistOutput').map(decodeOutput),
    nextToken: readText(invocation, 'NextToken'),
    version: readText(answer, HOLD_VERSION_FIELD) || readText(invocation, HOLD_VERSION_FIELD) || undefined,
  }
}

function followParameters({id, positions, mostBytes}: FollowRequest): Record<string, ParameterValue> {
  return {
    AssistFollower: id,
    AssistFollow: [...positions].map(([InstanceId, Position]) => ({InstanceId, Position})),
    AssistMostBytes: mostBytes,
  }
}

function decodeOutput(from: EcsAnswer): FollowedOutput {
  return {
    instanceId: readText(from, 'InstanceId'),
    offset: readNumber(from, 'Position') ?? 0,
    bytes: Buffer.from(readText(from, 'Content'), 'base64'),
    end: readNumber(from, 'End') ?? 0,
  }
}

function decodeResult(from: EcsAnswer): TaskResult {
  return {
    invokeId: readText(from, 'InvokeId'),
    instanceId: readText(from, 'InstanceId'),
    commandId: readText(from, 'CommandId'),
    status: readText(from, 'InvocationStatus') || readText(from, 'InvokeRecordStatus'),
    exitCode: readNumber(from, 'ExitCode'),
    output: Buffer.from(readText(from, 'Output'), 'base64'),
    dropped: readNumber(from, 'Dropped') ?? 0,
    repeats: readNumber(from, 'Repeats'),
    startTime: readTime(from, 'StartTime'),
    finishTime: readTime(from, 'FinishedTime'),
    stopTime: readTime(from, 'StopTime'),
    errorCode: readText(from, 'ErrorCode'),
    errorInfo: readText(from, 'ErrorInfo'),
    username: readText(from, 'Username'),
  }
}
