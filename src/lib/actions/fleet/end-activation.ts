import type {Activation} from '../../ecs/api/activations.ts'
import {deleteActivation, disableActivation} from '../../ecs/api/activations.ts'
import {deregisterManagedInstance, type ManagedInstance} from '../../ecs/api/managed-instances.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {checkId} from '../fields/check-fields.ts'
import {checkInstanceId} from '../target/parse-targets.ts'

/** No more machines can join with it; those that have stay. */
export function disable(deps: {ecs: EcsClient}, activationId: string): Promise<Activation> {
  return disableActivation(deps.ecs, activationId)
}

/** Only while no machine is registered with it. */
export function remove(deps: {ecs: EcsClient}, activationId: string): Promise<Activation> {
  return deleteActivation(deps.ecs, activationId)
}

export function parseActivationId(text: string): string {
  return checkId(text, 'the activation', 'a UUID')
}

/** Machines leave one after another; the first refusal ends it. */
export async function deregisterInstances(
  deps: {ecs: EcsClient},
  instanceIds: readonly string[],
): Promise<ManagedInstance[]> {
  const left: ManagedInstance[] = []
  for (const instanceId of instanceIds) left.push(await deregisterManagedInstance(deps.ecs, instanceId))
  return left
}

export function parseManagedIds(texts: readonly string[]): string[] {
  return [...new Set(texts)].map((text) => checkInstanceId(text, 'the instance'))
}
