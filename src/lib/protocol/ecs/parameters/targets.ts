import type {ListParameter, ParameterTable} from './rules.ts'

const instances = (items: number) =>
  ({name: 'InstanceId', items, code: 'InstanceIds.ExceedLimit'}) as const satisfies ListParameter

/** How many instances one call can name, by what is to be done with them. */
export const TARGETS = {
  run: instances(100),
  stop: instances(50),
  status: instances(100),
  managed: instances(50),
} as const satisfies ParameterTable

/** Ids and addresses in DescribeInstances, which alone spells its lists as JSON. */
export const LISTED_INSTANCES = {
  instanceIds: {name: 'InstanceIds', items: 100, code: 'InvalidParameter.InstanceIds'},
  privateIps: {name: 'PrivateIpAddresses', items: 100, code: 'InvalidParameter.PrivateIpAddresses'},
  publicIps: {name: 'PublicIpAddresses', items: 100, code: 'InvalidParameter.PublicIpAddresses'},
} as const satisfies ParameterTable
