import type {EcsAnswer, EcsClient} from '../client.ts'
import {collectPages, type Listed, tagParameters} from './page.ts'
import {readBoolean, readList, readNumber, readObject, readTags, readText, readTime} from './read.ts'

// Source: ECS 2014-05-26: CreateActivation, DescribeActivations, DisableActivation, DeleteActivation.

/** Lets machines join as managed instances; its code is shown once, at creation. */
export interface Activation {
  activationId: string
  description: string
  /** Prefix of the names it gives. */
  instanceName: string
  instanceCount: number | null
  registeredCount: number | null
  deregisteredCount: number | null
  timeToLiveHours: number | null
  ipAddressRange: string
  disabled: boolean
  resourceGroupId: string
  tags: Record<string, string>
  creationTime: string
}

export interface NewActivation {
  description?: string | undefined
  instanceName?: string | undefined
  instanceCount?: number | undefined
  timeToLiveHours?: number | undefined
  ipAddressRange?: string | undefined
  resourceGroupId?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
  clientToken?: string | undefined
}

export interface ActivationSecret {
  activationId: string
  activationCode: string
}

export async function createActivation(ecs: EcsClient, activation: NewActivation): Promise<ActivationSecret> {
  const answer = await ecs.call(
    'CreateActivation',
    {
      Description: activation.description,
      InstanceName: activation.instanceName,
      InstanceCount: activation.instanceCount,
      TimeToLiveInHours: activation.timeToLiveHours,
      IpAddressRange: activation.ipAddressRange,
      ResourceGroupId: activation.resourceGroupId,
      Tag: tagParameters(activation.tags),
      ClientToken: activation.clientToken,
    },
    {write: true},
  )
  return {activationId: readText(answer, 'ActivationId'), activationCode: readText(answer, 'ActivationCode')}
}

export interface ActivationFilter {
  activationId?: string | undefined
  instanceName?: string | undefined
  resourceGroupId?: string | undefined
  tags?: Readonly<Record<string, string>> | undefined
}

export function describeActivations(
  ecs: EcsClient,
  filter: ActivationFilter,
  limit: number,
): Promise<Listed<Activation>> {
  return collectPages(async (page) => {
    const answer = await ecs.call('DescribeActivations', {
      ActivationId: filter.activationId,
      InstanceName: filter.instanceName,
      ResourceGroupId: filter.resourceGroupId,
      Tag: tagParameters(filter.tags),
      ...page,
    })
    return {items: readList(answer, 'ActivationList').map(decodeActivation), nextToken: readText(answer, 'NextToken')}
  }, limit)
}

export async function disableActivation(ecs: EcsClient, activationId: string): Promise<Activation> {
  const answer = await ecs.call('DisableActivation', {ActivationId: activationId}, {write: true})
  return {...decodeActivation(readObject(answer, 'Activation')), activationId, disabled: true}
}

export async function deleteActivation(ecs: EcsClient, activationId: string): Promise<Activation> {
  const answer = await ecs.call('DeleteActivation', {ActivationId: activationId}, {write: true})
  return {...decodeActivation(readObject(answer, 'Activation')), activationId}
}

function decodeActivation(from: EcsAnswer): Activation {
  return {
    activationId: readText(from, 'ActivationId'),
    description: readText(from, 'Description'),
    instanceName: readText(from, 'InstanceName'),
    instanceCount: readNumber(from, 'InstanceCount'),
    registeredCount: readNumber(from, 'RegisteredCount'),
    deregisteredCount: readNumber(from, 'DeregisteredCount'),
    timeToLiveHours: readNumber(from, 'TimeToLiveInHours'),
    ipAddressRange: readText(from, 'IpAddressRange'),
    disabled: readBoolean(from, 'Disabled'),
    resourceGroupId: readText(from, 'ResourceGroupId'),
    tags: readTags(readList(from, 'Tags')),
    creationTime: readTime(from, 'CreationTime'),
  }
}
