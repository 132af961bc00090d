import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {modifyManagedInstance, type Renamed} from '../../ecs/api/managed-instances.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {INSTANCE} from '../../protocol/ecs/parameters/instance.ts'

/** @throws AssistError (usage) saying what a name may be. Source: ECS 2014-05-26, ModifyManagedInstance, InstanceName. */
export function parseInstanceName(text: string): string {
  const {pattern} = INSTANCE.name
  if (pattern.is.test(text)) return text
  throw new AssistError('usage', `--name takes ${pattern.say}; given: ${quote(text)}`)
}

export function rename(deps: {ecs: EcsClient}, change: {instanceId: string; name: string}): Promise<Renamed> {
  return modifyManagedInstance(deps.ecs, change)
}
