import {z} from 'zod'
import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {INSTANCE} from '../../../protocol/ecs/parameters/instance.ts'
import {renameInstance} from '../../store/fleet/instances.ts'
import {readInstances} from '../../store/fleet/instances-list.ts'
import {operation} from '../operation.ts'
import {requiredText} from '../parts/fields.ts'
import {write} from '../parts/write.ts'

/** Another name, and nothing else: what runs there goes on. */
export const modifyManagedInstance = operation(
  z.object({
    InstanceId: requiredText('InstanceId'),
    InstanceName: requiredText(INSTANCE.name),
  }),
  async (call, {InstanceId: instanceId, InstanceName: name}) =>
    write(call, undefined, async (tx) => {
      const [row] = await readInstances(tx, call, [instanceId])
      const isRenamed = row !== undefined && (await renameInstance(tx, instanceId, name))
      if (!isRenamed) throw new Fault('InvalidInstance.NotFound', `No such instance: ${quote(instanceId)}.`)
      return {fields: {Instance: {InstanceId: instanceId, InstanceName: name}}, targets: [instanceId]}
    }),
)
