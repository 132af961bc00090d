import type {EcsAnswer, EcsClient} from '../client.ts'
import {collectPages, type Listed, tagParameters} from './page.ts'
import {readBoolean, readList, readNumber, readObject, readTags, readText, readTime} from './read.ts'

// Source: ECS 2014-05-26: DescribeManagedInstances, ModifyManagedInstance, DeregisterManagedInstance.

/** A machine elsewhere that has joined by an activation. */
export interface ManagedInstance {
  instanceId: string
  name: string
  connected: boolean
  hostname: string
  osType: string
  osVersion: string
  agentVersion: string
  intranetIp: string
  internetIp: string
  machineId: string
  activationId: string
  resourceGroupId: string
  invocationCount: number | null
  lastInvokedTime: string
  registrationTime: string
  tags: Record<string, string>
}

export interface ManagedInstanceFilter {
  instanceIds?: readonly string[] | undefined
  name?: string | undefined
  ip?: string | undefined
  activationId?: string | undefined
  machineId?: string | undefined
  osType?: string | undefined
  connected?: boolean | undefined
  resourceGroupId?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
}

export function describeManagedInstances(
  ecs: EcsClient,
  filter: ManagedInstanceFilter,
  limit: number,
): Promise<Listed<ManagedInstance>> {
  return collectPages(async (page) => {
    const answer = await ecs.call('DescribeManagedInstances', {
      InstanceId: filter.instanceIds,
      InstanceName: filter.name,
      InstanceIp: filter.ip,
      ActivationId: filter.activationId,
      MachineId: filter.machineId,
      OsType: filter.osType,
      Connected: filter.connected,
      ResourceGroupId: filter.resourceGroupId,
      Tag: tagParameters(filter.tags),
      ...page,
    })
    return {items: readList(answer, 'Instances').map(decodeManaged), nextToken: readText(answer, 'NextToken')}
  }, limit)
}

/** The name that is in force now. */
export interface Renamed {
  instanceId: string
  name: string
}

export async function modifyManagedInstance(ecs: EcsClient, {instanceId, name}: Renamed): Promise<Renamed> {
  const change = {InstanceId: instanceId, InstanceName: name}
  const answer = readObject(await ecs.call('ModifyManagedInstance', change, {write: true}), 'Instance')
  return {instanceId, name: readText(answer, 'InstanceName') || name}
}

/** @returns the instance as it was */
export async function deregisterManagedInstance(ecs: EcsClient, instanceId: string): Promise<ManagedInstance> {
  const answer = await ecs.call('DeregisterManagedInstance', {InstanceId: instanceId}, {write: true})
  const instance = decodeManaged(readObject(answer, 'Instance'))
  return {...instance, instanceId: instance.instanceId || instanceId}
}

function decodeManaged(from: EcsAnswer): ManagedInstance {
  return {
    instanceId: readText(from, 'InstanceId'),
    name: readText(from, 'InstanceName'),
    connected: readBoolean(from, 'Connected'),
    hostname: readText(from, 'Hostname'),
    osType: readText(from, 'OsType').toLowerCase(),
    osVersion: readText(from, 'OsVersion'),
    agentVersion: readText(from, 'AgentVersion'),
    intranetIp: readText(from, 'IntranetIp'),
    internetIp: readText(from, 'InternetIp'),
    machineId: readText(from, 'MachineId'),
    activationId: readText(from, 'ActivationId'),
    resourceGroupId: readText(from, 'ResourceGroupId'),
    invocationCount: readNumber(from, 'InvocationCount'),
    lastInvokedTime: readTime(from, 'LastInvokedTime'),
    registrationTime: readTime(from, 'RegistrationTime'),
    tags: readTags(readList(from, 'Tags')),
  }
}
