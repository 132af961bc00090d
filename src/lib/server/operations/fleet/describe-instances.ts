import {z} from 'zod'
import {parseJson} from '../../../core/json.ts'
import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import type {Fields} from '../../../protocol/ecs/fields.ts'
import {INSTANCE} from '../../../protocol/ecs/parameters/instance.ts'
import {LARGE_PAGES} from '../../../protocol/ecs/parameters/paging.ts'
import type {ListParameter} from '../../../protocol/ecs/parameters/rules.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {LISTED_INSTANCES} from '../../../protocol/ecs/parameters/targets.ts'
import type {ParameterTree} from '../../../protocol/ecs/parameters/tree.ts'
import type {InstanceRow} from '../../store/schema.ts'
import type {Tag} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {isoTime} from '../parts/encoding.ts'
import {choice, filter, flag, resourceGroupId} from '../parts/fields.ts'
import {pageFields, pageRequest, pagingFields} from '../parts/paging.ts'
import {tagFields, tagsView} from '../parts/tags.ts'
import {readInstancePage} from './instance-page.ts'

const STATUSES = ['Pending', 'Running', 'Starting', 'Stopping', 'Stopped'] as const

const NETWORK = 'vpc'

/** Filters by what only a machine in ECS has. With one of them the list must be empty, rather than whole. */
const NOT_OURS = [
  'DeviceAvailable',
  'EipAddresses',
  'Filter',
  'HpcClusterId',
  'HttpEndpoint',
  'HttpPutResponseHopLimit',
  'HttpTokens',
  'ImageId',
  'InnerIpAddresses',
  'InstanceChargeType',
  'InstanceType',
  'InstanceTypeFamily',
  'InternetChargeType',
  'IoOptimized',
  'Ipv6Address',
  'KeyPairName',
  'LockReason',
  'RdmaIpAddresses',
  'SecurityGroupId',
  'SpotStrategy',
  'VSwitchId',
  'VpcId',
  'ZoneId',
] as const

/** Every registered instance: ours have no machine in ECS behind them, so being online stands for running. */
export const describeInstances = operation(
  z.object({
    InstanceIds: jsonList(LISTED_INSTANCES.instanceIds),
    PrivateIpAddresses: jsonList(LISTED_INSTANCES.privateIps),
    PublicIpAddresses: jsonList(LISTED_INSTANCES.publicIps),
    InstanceName: filter(INSTANCE.nameFilter),
    Status: choice({name: 'Status', values: STATUSES, code: 'InvalidParameter.Status'}),
    DryRun: flag('DryRun'),
    ResourceGroupId: resourceGroupId(),
    Tag: tagFields(TAGS.tag),
    InstanceNetworkType: filter('InstanceNetworkType'),
    ...pagingFields(),
  }),
  async (call, input) => {
    if (input.DryRun) throw new Fault('DryRunOperation')
    const request = pageRequest(call, input, LARGE_PAGES)
    const isOurs = !asksForMore(call.tree) && (input.InstanceNetworkType ?? NETWORK) === NETWORK
    const isSteady = input.Status === undefined || input.Status === 'Running' || input.Status === 'Stopped'
    const filterBy = {
      accountId: call.accountId,
      regionId: call.regionId,
      // The states in between never last.
      instanceIds: isOurs && isSteady ? input.InstanceIds : [],
      privateIps: input.PrivateIpAddresses,
      publicIps: input.PublicIpAddresses,
      name: input.InstanceName,
      isOnline: input.Status === undefined ? undefined : input.Status === 'Running',
      resourceGroupId: input.ResourceGroupId,
      tags: input.Tag,
    }
    const {page, rows, tags, online} = await readInstancePage(call, request, filterBy)
    return {
      ...pageFields(call, request, page),
      Instances: {
        Instance: rows.map((row) => instanceView(row, online.has(row.instance_id), tags.get(row.instance_id))),
      },
    }
  },
)

function asksForMore(tree: ParameterTree): boolean {
  return NOT_OURS.some((name) => tree[name] !== undefined && tree[name] !== '')
}

/** A JSON array in one text, which is how this operation alone spells its lists. */
function jsonList({name, items: most, code}: ListParameter) {
  return filter(name).transform((value): string[] | undefined => {
    if (value === undefined) return undefined
    const items = parseList(name, value)
    if (items.length <= most) return items
    throw new Fault(code, `${name} may have at most ${most} items; given: ${items.length}.`)
  })
}

function parseList(name: string, value: string): string[] {
  const items = parseJson(value)
  if (Array.isArray(items) && items.every((item) => typeof item === 'string')) return items
  throw new Fault(
    `InvalidParameter.${name}`,
    `${name} must be a JSON array such as ["i-a","i-b"]; given: ${quote(value)}.`,
  )
}

function instanceView(row: InstanceRow, isOnline: boolean, tags: readonly Tag[] | undefined): Fields {
  return {
    InstanceId: row.instance_id,
    InstanceName: row.name,
    HostName: row.hostname,
    Status: isOnline ? 'Running' : 'Stopped',
    RegionId: row.region_id,
    ZoneId: '',
    OSType: row.os_type.toLowerCase(),
    OSName: row.os_version,
    OSNameEn: row.os_version,
    InstanceType: '',
    ImageId: '',
    InstanceNetworkType: NETWORK,
    CreationTime: minuteTime(row.registered_at_ms),
    StartTime: minuteTime(row.registered_at_ms),
    ResourceGroupId: row.resource_group_id,
    PublicIpAddress: {IpAddress: addresses(row.internet_ip)},
    InnerIpAddress: {IpAddress: []},
    EipAddress: {IpAddress: ''},
    VpcAttributes: {VpcId: '', VSwitchId: '', PrivateIpAddress: {IpAddress: addresses(row.intranet_ip)}},
    OperationLocks: {LockReason: []},
    Tags: tagsView(tags),
  }
}

function addresses(ip: string): string[] {
  return ip === '' ? [] : [ip]
}

/** This operation tells times by the minute. */
function minuteTime(ms: number): string {
  return isoTime(ms).replace(/:\d\dZ$/, 'Z')
}
