import {AssistError} from '../core/errors.ts'
import {quote} from '../core/quote.ts'
import {describeActivations} from '../ecs/api/activations.ts'
import {describeCommands} from '../ecs/api/commands.ts'
import {describeAgentStatus, describeInstances, describeRegions} from '../ecs/api/instances.ts'
import {describeInvocations} from '../ecs/api/invocations.ts'
import {describeManagedInstances} from '../ecs/api/managed-instances.ts'
import type {EcsClient} from '../ecs/client.ts'
import {LIMITS} from '../protocol/ecs/limits.ts'
import {parseCount, parseRepeatMode} from './fields/check-fields.ts'
import {parseTags} from './fields/pairs.ts'
import {chunk} from './run/carry-out.ts'
import {parseScriptType} from './script/script-type.ts'
import {checkInstanceId} from './target/parse-targets.ts'

export type {Activation} from '../ecs/api/activations.ts'
export type {StoredCommand} from '../ecs/api/commands.ts'
export type {AgentStatus, Instance, Region} from '../ecs/api/instances.ts'
export type {Invocation} from '../ecs/api/invocations.ts'
export type {ManagedInstance} from '../ecs/api/managed-instances.ts'
export type {Listed} from '../ecs/api/page.ts'

import type {AgentStatus} from '../ecs/api/instances.ts'
import type {Invocation} from '../ecs/api/invocations.ts'
import type {Listed} from '../ecs/api/page.ts'

// The lists that services keep: flags in, filtered pages out. What needs more than that has a file of its own.

interface Deps {
  ecs: EcsClient
}

const MOST_ENTRIES = 100_000

export function parseLimit(text: string): number {
  return parseCount(text, '--limit', {min: 1, max: MOST_ENTRIES}) ?? MOST_ENTRIES
}

interface CommonFlags {
  'resource-group'?: string | undefined
  tag?: readonly string[] | undefined
}

const common = (flags: CommonFlags) => ({resourceGroupId: flags['resource-group'], tags: parseTags(flags.tag)})

export interface CommandsFlags extends CommonFlags {
  'command-id'?: string | undefined
  name?: string | undefined
  type?: string | undefined
  description?: string | undefined
  provider?: string | undefined
  latest?: boolean | undefined
}

export function parseCommandsFilter(flags: CommandsFlags) {
  return {
    commandId: flags['command-id'],
    name: flags.name,
    type: flags.type === undefined ? undefined : parseScriptType(flags.type),
    description: flags.description,
    provider: flags.provider,
    latest: flags.latest,
    ...common(flags),
  }
}

export function listCommands({ecs}: Deps, filter: ReturnType<typeof parseCommandsFilter>, limit: number) {
  return describeCommands(ecs, filter, limit)
}

export interface InvocationsFlags extends CommonFlags {
  'invoke-id'?: string | undefined
  instance?: string | undefined
  'command-id'?: string | undefined
  'command-name'?: string | undefined
  type?: string | undefined
  status?: string | undefined
  'repeat-mode'?: string | undefined
  timed?: boolean | undefined
}

export function parseInvocationsFilter(flags: InvocationsFlags, argument: string | undefined) {
  const invokeId = argument ?? flags['invoke-id']
  if (argument !== undefined && flags['invoke-id'] !== undefined && argument !== flags['invoke-id']) {
    throw new AssistError('usage', `one invocation can be looked at; given: ${quote(argument)} and --invoke-id`)
  }
  return {
    invokeId,
    instanceId: flags.instance === undefined ? undefined : checkInstanceId(flags.instance, '--instance'),
    commandId: flags['command-id'],
    commandName: flags['command-name'],
    commandType: flags.type === undefined ? undefined : parseScriptType(flags.type),
    status: flags.status,
    repeatMode: parseRepeatMode(flags['repeat-mode']),
    timed: flags.timed,
    ...common(flags),
  }
}

export function listInvocations(
  {ecs}: Deps,
  filter: ReturnType<typeof parseInvocationsFilter>,
  limit: number,
): Promise<Listed<Invocation>> {
  return describeInvocations(ecs, filter, limit)
}

export interface InstancesFlags extends CommonFlags {
  instance?: readonly string[] | undefined
  name?: string | undefined
  status?: string | undefined
  'zone-id'?: string | undefined
  'vpc-id'?: string | undefined
  'vswitch-id'?: string | undefined
  'security-group-id'?: string | undefined
  'image-id'?: string | undefined
  'instance-type'?: string | undefined
  'private-ip'?: readonly string[] | undefined
  'public-ip'?: readonly string[] | undefined
}

export function parseInstancesFilter(flags: InstancesFlags) {
  return {
    instanceIds: instanceIds(flags.instance, LIMITS.pageSizeInstances),
    name: flags.name,
    status: flags.status,
    zoneId: flags['zone-id'],
    vpcId: flags['vpc-id'],
    vSwitchId: flags['vswitch-id'],
    securityGroupId: flags['security-group-id'],
    imageId: flags['image-id'],
    instanceType: flags['instance-type'],
    privateIps: flags['private-ip'],
    publicIps: flags['public-ip'],
    ...common(flags),
  }
}

function instanceIds(texts: readonly string[] | undefined, most: number): string[] | undefined {
  const ids = texts?.flatMap((text) => text.split(',')).map((id) => checkInstanceId(id, '--instance'))
  if (ids && ids.length > most) {
    throw new AssistError('usage', `--instance can name at most ${most} instances; given: ${ids.length}`)
  }
  return ids
}

export function listInstances({ecs}: Deps, filter: ReturnType<typeof parseInstancesFilter>, limit: number) {
  return describeInstances(ecs, filter, limit)
}

/** The agents of the instances named, in as many calls as it takes; of all when none is. */
export async function listAgentStatus(
  {ecs}: Deps,
  filter: {instanceIds: readonly string[]; osType: string | undefined},
  limit: number,
): Promise<Listed<AgentStatus>> {
  if (filter.instanceIds.length === 0) return describeAgentStatus(ecs, {osType: filter.osType}, limit)
  const items: AgentStatus[] = []
  for (const part of chunk(filter.instanceIds, LIMITS.instancesPerStatus)) {
    const page = await describeAgentStatus(ecs, {instanceIds: part, osType: filter.osType}, LIMITS.instancesPerStatus)
    items.push(...page.items)
  }
  return {items: items.slice(0, limit), hasMore: items.length > limit}
}

export async function listRegions({ecs}: Deps, language: string | undefined) {
  return {items: await describeRegions(ecs, language), hasMore: false}
}

export interface ManagedInstancesFlags extends CommonFlags {
  instance?: readonly string[] | undefined
  name?: string | undefined
  ip?: string | undefined
  'activation-id'?: string | undefined
  'machine-id'?: string | undefined
  'os-type'?: string | undefined
  connected?: boolean | undefined
}

export function parseManagedFilter(flags: ManagedInstancesFlags) {
  return {
    instanceIds: instanceIds(flags.instance, LIMITS.managedInstancesPerDescribe),
    name: flags.name,
    ip: flags.ip,
    activationId: flags['activation-id'],
    machineId: flags['machine-id'],
    osType: flags['os-type'],
    connected: flags.connected,
    ...common(flags),
  }
}

export function listManagedInstances({ecs}: Deps, filter: ReturnType<typeof parseManagedFilter>, limit: number) {
  return describeManagedInstances(ecs, filter, limit)
}

export interface ActivationsFlags extends CommonFlags {
  'activation-id'?: string | undefined
  name?: string | undefined
}

export function parseActivationsFilter(flags: ActivationsFlags) {
  return {activationId: flags['activation-id'], instanceName: flags.name, ...common(flags)}
}

export function listActivations({ecs}: Deps, filter: ReturnType<typeof parseActivationsFilter>, limit: number) {
  return describeActivations(ecs, filter, limit)
}
