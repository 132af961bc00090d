import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {modifyManagedInstance, type Renamed} from '../../ecs/api/managed-instances.ts'
import type {EcsClient} from '../../ecs/client.ts'

/** @throws AssistError (usage) saying what a name may be. Source: ECS 2014-05-26, ModifyManagedInstance, InstanceName. */
export function parseInstanceName(text: string): string {
  if (/^(?!https?:\/\/)[A-Za-z][A-Za-z0-9._:-]{1,127}$/.test(text)) return text
  throw new AssistError(
    'usage',
    `--name takes 2 to 128 letters, digits, ., _, - and :, beginning with a letter; given: ${quote(text)}`,
  )
}

export function rename(deps: {ecs: EcsClient}, change: {instanceId: string; name: string}): Promise<Renamed> {
  return modifyManagedInstance(deps.ecs, change)
}
