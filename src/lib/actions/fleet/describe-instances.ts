import {chunk} from '../../core/chunk.ts'
import {type AgentStatus, describeAgentStatus, describeInstances, describeRegions} from '../../ecs/api/instances.ts'
import type {Listed} from '../../ecs/api/page.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {LISTED_INSTANCES, TARGETS} from '../../protocol/ecs/parameters/targets.ts'
import {type GroupFlags, parseGroup} from '../fields/list.ts'
import {parseInstanceFilter} from '../target/parse-instance-filter.ts'

export interface InstancesFlags extends GroupFlags {
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
    instanceIds: parseInstanceFilter(flags.instance, LISTED_INSTANCES.instanceIds.items),
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
    ...parseGroup(flags),
  }
}

export function listInstances({ecs}: {ecs: EcsClient}, filter: ReturnType<typeof parseInstancesFilter>, limit: number) {
  return describeInstances(ecs, filter, limit)
}

/** The agents of the instances named, in as many calls as it takes; of all when none is. */
export async function listAgentStatus(
  {ecs}: {ecs: EcsClient},
  filter: {instanceIds: readonly string[]; osType: string | undefined},
  limit: number,
): Promise<Listed<AgentStatus>> {
  if (filter.instanceIds.length === 0) return describeAgentStatus(ecs, {osType: filter.osType}, limit)
  const items: AgentStatus[] = []
  for (const part of chunk(filter.instanceIds, TARGETS.status.items)) {
    const page = await describeAgentStatus(ecs, {instanceIds: part, osType: filter.osType}, TARGETS.status.items)
    items.push(...page.items)
  }
  return {items: items.slice(0, limit), hasMore: items.length > limit}
}

export async function listRegions({ecs}: {ecs: EcsClient}, language: string | undefined) {
  return {items: await describeRegions(ecs, language), hasMore: false}
}
