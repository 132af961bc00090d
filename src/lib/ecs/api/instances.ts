import {LARGE_PAGES} from '../../protocol/ecs/parameters/paging.ts'
import type {EcsAnswer, EcsClient} from '../client.ts'
import {collectPages, type Listed, tagParameters} from './page.ts'
import {readBoolean, readList, readNumber, readObject, readTags, readText, readTexts, readTime} from './read.ts'

// Source: ECS 2014-05-26: DescribeInstances, DescribeCloudAssistantStatus, DescribeRegions.

/** An ECS instance, as far as choosing targets needs it. */
export interface Instance {
  instanceId: string
  name: string
  hostname: string
  status: string
  osType: string
  osName: string
  privateIps: string[]
  publicIps: string[]
  instanceType: string
  zoneId: string
  regionId: string
  vpcId: string
  resourceGroupId: string
  tags: Record<string, string>
  creationTime: string
}

export interface InstanceFilter {
  instanceIds?: readonly string[] | undefined
  name?: string | undefined
  status?: string | undefined
  zoneId?: string | undefined
  vpcId?: string | undefined
  vSwitchId?: string | undefined
  securityGroupId?: string | undefined
  imageId?: string | undefined
  instanceType?: string | undefined
  privateIps?: readonly string[] | undefined
  publicIps?: readonly string[] | undefined
  resourceGroupId?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
}

export function describeInstances(ecs: EcsClient, filter: InstanceFilter, limit: number): Promise<Listed<Instance>> {
  return collectPages(
    async (page) => {
      const answer = await ecs.call('DescribeInstances', {
        InstanceIds: jsonList(filter.instanceIds),
        InstanceName: filter.name,
        Status: filter.status,
        ZoneId: filter.zoneId,
        VpcId: filter.vpcId,
        VSwitchId: filter.vSwitchId,
        SecurityGroupId: filter.securityGroupId,
        ImageId: filter.imageId,
        InstanceType: filter.instanceType,
        PrivateIpAddresses: jsonList(filter.privateIps),
        PublicIpAddresses: jsonList(filter.publicIps),
        ResourceGroupId: filter.resourceGroupId,
        Tag: tagParameters(filter.tags),
        ...page,
      })
      const items = readList(answer, 'Instances', 'Instance').map(decodeInstance)
      return {items, nextToken: readText(answer, 'NextToken')}
    },
    limit,
    LARGE_PAGES.max,
  )
}

/** This operation takes lists as JSON arrays in one string. */
function jsonList(values: readonly string[] | undefined): string | undefined {
  return values && values.length > 0 ? JSON.stringify(values) : undefined
}

function decodeInstance(from: EcsAnswer): Instance {
  const elastic = readText(readObject(from, 'EipAddress'), 'IpAddress')
  const vpc = readObject(from, 'VpcAttributes')
  return {
    instanceId: readText(from, 'InstanceId'),
    name: readText(from, 'InstanceName'),
    hostname: readText(from, 'HostName'),
    status: readText(from, 'Status'),
    osType: readText(from, 'OSType'),
    osName: readText(from, 'OSNameEn') || readText(from, 'OSName'),
    privateIps: [...readTexts(vpc, 'PrivateIpAddress', 'IpAddress'), ...readTexts(from, 'InnerIpAddress', 'IpAddress')],
    publicIps: [...readTexts(from, 'PublicIpAddress', 'IpAddress'), ...(elastic ? [elastic] : [])],
    instanceType: readText(from, 'InstanceType'),
    zoneId: readText(from, 'ZoneId'),
    regionId: readText(from, 'RegionId'),
    vpcId: readText(vpc, 'VpcId'),
    resourceGroupId: readText(from, 'ResourceGroupId'),
    tags: readTags(readList(from, 'Tags', 'Tag')),
    creationTime: readTime(from, 'CreationTime'),
  }
}

/** The agent of an instance, as the service sees it. */
export interface AgentStatus {
  instanceId: string
  /** A heartbeat within the last two minutes. */
  online: boolean
  version: string
  osType: string
  lastHeartbeatTime: string
  lastInvokedTime: string
  invocationCount: number | null
  activeTaskCount: number | null
  supportsSessions: boolean
  /** Up, Down, or Contested: two agents use this identity. Empty where the service does not say. */
  kickChannel: string
}

/** @param instanceIds at most TARGETS.status.items; none means all */
export function describeAgentStatus(
  ecs: EcsClient,
  filter: {instanceIds?: readonly string[] | undefined; osType?: string | undefined},
  limit: number,
): Promise<Listed<AgentStatus>> {
  return collectPages(async (page) => {
    const answer = await ecs.call('DescribeCloudAssistantStatus', {
      InstanceId: filter.instanceIds,
      OSType: filter.osType,
      ...page,
    })
    const items = readList(answer, 'InstanceCloudAssistantStatusSet', 'InstanceCloudAssistantStatus').map(decodeStatus)
    return {items, nextToken: readText(answer, 'NextToken')}
  }, limit)
}

function decodeStatus(from: EcsAnswer): AgentStatus {
  return {
    instanceId: readText(from, 'InstanceId'),
    online: readBoolean(from, 'CloudAssistantStatus'),
    version: readText(from, 'CloudAssistantVersion'),
    osType: readText(from, 'OSType'),
    lastHeartbeatTime: readTime(from, 'LastHeartbeatTime'),
    lastInvokedTime: readTime(from, 'LastInvokedTime'),
    invocationCount: readNumber(from, 'InvocationCount'),
    activeTaskCount: readNumber(from, 'ActiveTaskCount'),
    supportsSessions: readBoolean(from, 'SupportSessionManager'),
    kickChannel: readText(from, 'KickChannel'),
  }
}

export interface Region {
  regionId: string
  localName: string
  endpoint: string
  status: string
}

export async function describeRegions(ecs: EcsClient, language: string | undefined): Promise<Region[]> {
  const answer = await ecs.call('DescribeRegions', {AcceptLanguage: language})
  return readList(answer, 'Regions', 'Region').map((from) => ({
    regionId: readText(from, 'RegionId'),
    localName: readText(from, 'LocalName'),
    endpoint: readText(from, 'RegionEndpoint'),
    status: readText(from, 'Status'),
  }))
}
