import {describeManagedInstances} from '../../ecs/api/managed-instances.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {TARGETS} from '../../protocol/ecs/parameters/targets.ts'
import {type GroupFlags, parseGroup} from '../fields/list.ts'
import {parseInstanceFilter} from '../target/parse-instance-filter.ts'

export interface ManagedInstancesFlags extends GroupFlags {
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
    instanceIds: parseInstanceFilter(flags.instance, TARGETS.managed.items),
    name: flags.name,
    ip: flags.ip,
    activationId: flags['activation-id'],
    machineId: flags['machine-id'],
    osType: flags['os-type'],
    connected: flags.connected,
    ...parseGroup(flags),
  }
}

export function listManagedInstances(
  {ecs}: {ecs: EcsClient},
  filter: ReturnType<typeof parseManagedFilter>,
  limit: number,
) {
  return describeManagedInstances(ecs, filter, limit)
}
