import {parseRecord} from '../../core/json.ts'
import type {ParameterValue} from '../../protocol/ecs/parameters/flatten.ts'
import type {RepeatMode} from '../../protocol/repeat.ts'
import type {ScriptType} from '../../protocol/script.ts'
import type {EcsAnswer, EcsClient} from '../client.ts'
import {collectPages, type Listed, tagParameters} from './page.ts'
import {readBoolean, readList, readNumber, readTags, readText, readTime} from './read.ts'

// Source: ECS 2014-05-26: RunCommand, InvokeCommand, StopInvocation, DescribeInvocations.

/** Where, when and how, alike for RunCommand and InvokeCommand. */
export interface Use {
  instanceIds: readonly string[]
  frequency?: string | undefined
  repeatMode?: RepeatMode | undefined
  timeoutSec?: number | undefined
  workingDir?: string | undefined
  username?: string | undefined
  windowsPasswordName?: string | undefined
  launcher?: string | undefined
  terminationMode?: string | undefined
  parameters?: Readonly<Record<string, string>> | undefined
  containerId?: string | undefined
  containerName?: string | undefined
  ossOutputDelivery?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
  clientToken?: string | undefined
  /** Who will follow the output, or NO_FOLLOWER; only told to servers of ours. */
  follower?: string | undefined
}

export interface Run extends Use {
  type: ScriptType
  scriptBase64: string
  name?: string | undefined
  description?: string | undefined
  enableParameter?: boolean | undefined
  keepCommand?: boolean | undefined
}

export interface Started {
  invokeId: string
  commandId: string
}

export async function runCommand(ecs: EcsClient, run: Run, signal?: AbortSignal): Promise<Started> {
  const answer = await ecs.call(
    'RunCommand',
    {
      Type: run.type,
      CommandContent: run.scriptBase64,
      ContentEncoding: 'Base64',
      Name: run.name,
      Description: run.description,
      EnableParameter: run.enableParameter,
      KeepCommand: run.keepCommand,
      ...useParameters(ecs, run),
    },
    {write: true, signal},
  )
  return {invokeId: readText(answer, 'InvokeId'), commandId: readText(answer, 'CommandId')}
}

export async function invokeCommand(
  ecs: EcsClient,
  use: Use & {commandId: string},
  signal?: AbortSignal,
): Promise<Started> {
  const answer = await ecs.call(
    'InvokeCommand',
    {CommandId: use.commandId, ...useParameters(ecs, use)},
    {write: true, signal},
  )
  return {invokeId: readText(answer, 'InvokeId'), commandId: use.commandId}
}

function useParameters(ecs: EcsClient, use: Use): Record<string, ParameterValue> {
  return {
    InstanceId: use.instanceIds,
    Frequency: use.frequency,
    RepeatMode: use.repeatMode,
    Timeout: use.timeoutSec,
    WorkingDir: use.workingDir,
    Username: use.username,
    WindowsPasswordName: use.windowsPasswordName,
    Launcher: use.launcher,
    TerminationMode: use.terminationMode,
    Parameters: use.parameters && JSON.stringify(use.parameters),
    ContainerId: use.containerId,
    ContainerName: use.containerName,
    OssOutputDelivery: use.ossOutputDelivery,
    Tag: tagParameters(use.tags),
    ClientToken: use.clientToken,
    AssistFollower: ecs.isOurs ? use.follower : undefined,
  }
}

/** @param instanceIds at most TARGETS.stop.items; none means all */
export async function stopInvocation(ecs: EcsClient, invokeId: string, instanceIds: readonly string[]): Promise<void> {
  await ecs.call('StopInvocation', {InvokeId: invokeId, InstanceId: instanceIds}, {write: true})
}

/** One use of a command. */
export interface Invocation {
  invokeId: string
  /** Of the whole: see `OverallStatus`. */
  status: string
  commandId: string
  commandName: string
  commandType: string
  commandDescription: string
  /** The script. */
  content: string
  repeatMode: string
  frequency: string
  /** Will it run again by itself? */
  timed: boolean
  timeoutSec: number | null
  workingDir: string
  username: string
  launcher: string
  terminationMode: string
  parameters: Record<string, string>
  containerId: string
  containerName: string
  ossOutputDelivery: string
  tags: Record<string, string>
  creationTime: string
  instances: InvocationInstance[]
}

interface InvocationInstance {
  instanceId: string
  status: string
  exitCode: number | null
  repeats: number | null
  dropped: number
  errorCode: string
  errorInfo: string
  creationTime: string
  startTime: string
  finishTime: string
  stopTime: string
  updateTime: string
}

export interface InvocationFilter {
  invokeId?: string | undefined
  instanceId?: string | undefined
  commandId?: string | undefined
  commandName?: string | undefined
  commandType?: ScriptType | undefined
  status?: string | undefined
  repeatMode?: string | undefined
  timed?: boolean | undefined
  resourceGroupId?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
}

export function describeInvocations(
  ecs: EcsClient,
  filter: InvocationFilter,
  limit: number,
  signal?: AbortSignal,
): Promise<Listed<Invocation>> {
  return collectPages(async (page) => {
    const parameters = {
      InvokeId: filter.invokeId,
      InstanceId: filter.instanceId,
      CommandId: filter.commandId,
      CommandName: filter.commandName,
      CommandType: filter.commandType,
      InvokeStatus: filter.status,
      RepeatMode: filter.repeatMode,
      Timed: filter.timed,
      ResourceGroupId: filter.resourceGroupId,
      Tag: tagParameters(filter.tags),
      ContentEncoding: 'Base64',
      ...page,
    }
    const answer = await ecs.call('DescribeInvocations', parameters, {signal})
    const items = readList(answer, 'Invocations', 'Invocation').map(decodeInvocation)
    return {items, nextToken: readText(answer, 'NextToken')}
  }, limit)
}

function decodeInvocation(from: EcsAnswer): Invocation {
  return {
    invokeId: readText(from, 'InvokeId'),
    status: readText(from, 'InvocationStatus') || readText(from, 'InvokeStatus'),
    commandId: readText(from, 'CommandId'),
    commandName: readText(from, 'CommandName'),
    commandType: readText(from, 'CommandType'),
    commandDescription: readText(from, 'CommandDescription'),
    content: Buffer.from(readText(from, 'CommandContent'), 'base64').toString(),
    repeatMode: readText(from, 'RepeatMode'),
    frequency: readText(from, 'Frequency'),
    timed: readBoolean(from, 'Timed'),
    timeoutSec: readNumber(from, 'Timeout'),
    workingDir: readText(from, 'WorkingDir'),
    username: readText(from, 'Username'),
    launcher: readText(from, 'Launcher'),
    terminationMode: readText(from, 'TerminationMode'),
    parameters: decodeParameters(readText(from, 'Parameters')),
    containerId: readText(from, 'ContainerId'),
    containerName: readText(from, 'ContainerName'),
    ossOutputDelivery: readText(from, 'OssOutputDelivery'),
    tags: readTags(readList(from, 'Tags', 'Tag')),
    creationTime: readTime(from, 'CreationTime'),
    instances: readList(from, 'InvokeInstances', 'InvokeInstance').map(decodeInstance),
  }
}

function decodeInstance(from: EcsAnswer): InvocationInstance {
  return {
    instanceId: readText(from, 'InstanceId'),
    status: readText(from, 'InvocationStatus') || readText(from, 'InstanceInvokeStatus'),
    exitCode: readNumber(from, 'ExitCode'),
    repeats: readNumber(from, 'Repeats'),
    dropped: readNumber(from, 'Dropped') ?? 0,
    errorCode: readText(from, 'ErrorCode'),
    errorInfo: readText(from, 'ErrorInfo'),
    creationTime: readTime(from, 'CreationTime'),
    startTime: readTime(from, 'StartTime'),
    finishTime: readTime(from, 'FinishTime'),
    stopTime: readTime(from, 'StopTime'),
    updateTime: readTime(from, 'UpdateTime'),
  }
}

function decodeParameters(json: string): Record<string, string> {
  // Free text of a service must not break a list.
  const values = parseRecord(json) ?? {}
  return Object.fromEntries(Object.entries(values).map(([name, item]) => [name, String(item)]))
}
