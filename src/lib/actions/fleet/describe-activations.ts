import {describeActivations} from '../../ecs/api/activations.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {type GroupFlags, parseGroup} from '../fields/list.ts'

export interface ActivationsFlags extends GroupFlags {
  'activation-id'?: string | undefined
  name?: string | undefined
}

export function parseActivationsFilter(flags: ActivationsFlags) {
  return {activationId: flags['activation-id'], instanceName: flags.name, ...parseGroup(flags)}
}

export function listActivations(
  {ecs}: {ecs: EcsClient},
  filter: ReturnType<typeof parseActivationsFilter>,
  limit: number,
) {
  return describeActivations(ecs, filter, limit)
}
