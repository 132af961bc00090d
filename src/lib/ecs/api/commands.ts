import type {ScriptType} from '../../protocol/script.ts'
import type {EcsAnswer, EcsClient} from '../client.ts'
import {collectPages, type Listed, tagParameters} from './page.ts'
import {readBoolean, readList, readNumber, readTags, readText, readTexts, readTime} from './read.ts'

// Source: ECS 2014-05-26: CreateCommand, ModifyCommand, DeleteCommand, DescribeCommands.

/** A script kept by the service. */
export interface StoredCommand {
  commandId: string
  name: string
  type: string
  description: string
  /** The script. */
  content: string
  workingDir: string
  timeoutSec: number | null
  enableParameter: boolean
  parameterNames: string[]
  launcher: string
  invokeTimes: number | null
  /** Empty for commands of one's own. */
  provider: string
  category: string
  version: number | null
  latest: boolean
  resourceGroupId: string
  tags: Record<string, string>
  creationTime: string
}

export interface NewCommand {
  name: string
  type: ScriptType
  scriptBase64: string
  description?: string | undefined
  workingDir?: string | undefined
  timeoutSec?: number | undefined
  enableParameter?: boolean | undefined
  launcher?: string | undefined
  resourceGroupId?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
  clientToken?: string | undefined
}

/** @returns the new command's id */
export async function createCommand(ecs: EcsClient, command: NewCommand): Promise<string> {
  const answer = await ecs.call(
    'CreateCommand',
    {
      Name: command.name,
      Type: command.type,
      CommandContent: command.scriptBase64,
      ContentEncoding: 'Base64',
      Description: command.description,
      WorkingDir: command.workingDir,
      Timeout: command.timeoutSec,
      EnableParameter: command.enableParameter,
      Launcher: command.launcher,
      ResourceGroupId: command.resourceGroupId,
      Tag: tagParameters(command.tags),
      ClientToken: command.clientToken,
    },
    {write: true},
  )
  return readText(answer, 'CommandId')
}

export interface CommandChange {
  commandId: string
  name?: string | undefined
  description?: string | undefined
  workingDir?: string | undefined
  timeoutSec?: number | undefined
  launcher?: string | undefined
}

export async function modifyCommand(ecs: EcsClient, change: CommandChange): Promise<void> {
  await ecs.call(
    'ModifyCommand',
    {
      CommandId: change.commandId,
      Name: change.name,
      Description: change.description,
      WorkingDir: change.workingDir,
      Timeout: change.timeoutSec,
      Launcher: change.launcher,
    },
    {write: true},
  )
}

export async function deleteCommand(ecs: EcsClient, commandId: string): Promise<void> {
  await ecs.call('DeleteCommand', {CommandId: commandId}, {write: true})
}

export interface CommandFilter {
  commandId?: string | undefined
  name?: string | undefined
  type?: ScriptType | undefined
  description?: string | undefined
  provider?: string | undefined
  latest?: boolean | undefined
  resourceGroupId?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
}

export function describeCommands(ecs: EcsClient, filter: CommandFilter, limit: number): Promise<Listed<StoredCommand>> {
  return collectPages(async (page) => {
    const answer = await ecs.call('DescribeCommands', {
      CommandId: filter.commandId,
      Name: filter.name,
      Type: filter.type,
      Description: filter.description,
      Provider: filter.provider,
      Latest: filter.latest,
      ResourceGroupId: filter.resourceGroupId,
      Tag: tagParameters(filter.tags),
      ContentEncoding: 'Base64',
      ...page,
    })
    return {items: readList(answer, 'Commands', 'Command').map(decodeCommand), nextToken: readText(answer, 'NextToken')}
  }, limit)
}

function decodeCommand(from: EcsAnswer): StoredCommand {
  return {
    commandId: readText(from, 'CommandId'),
    name: readText(from, 'Name'),
    type: readText(from, 'Type'),
    description: readText(from, 'Description'),
    content: Buffer.from(readText(from, 'CommandContent'), 'base64').toString(),
    workingDir: readText(from, 'WorkingDir'),
    timeoutSec: readNumber(from, 'Timeout'),
    enableParameter: readBoolean(from, 'EnableParameter'),
    parameterNames: readTexts(from, 'ParameterNames', 'ParameterName'),
    launcher: readText(from, 'Launcher'),
    invokeTimes: readNumber(from, 'InvokeTimes'),
    provider: readText(from, 'Provider'),
    category: readText(from, 'Category'),
    version: readNumber(from, 'Version'),
    latest: readBoolean(from, 'Latest'),
    resourceGroupId: readText(from, 'ResourceGroupId'),
    tags: readTags(readList(from, 'Tags', 'Tag')),
    creationTime: readTime(from, 'CreationTime'),
  }
}
