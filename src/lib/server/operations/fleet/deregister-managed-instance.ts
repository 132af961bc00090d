import {z} from 'zod'
import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {deregisterInstance} from '../../store/fleet/instances.ts'
import {readInstances} from '../../store/fleet/instances-list.ts'
import {operation} from '../operation.ts'
import {clientToken, requiredText} from '../parts/fields.ts'
import {write} from '../parts/write.ts'
import {managedInstanceView} from './managed-instance-view.ts'

/** What the instance still had to do ends with ErrorCode InstanceDeregistered; its old results stay. */
export const deregisterManagedInstance = operation(
  z.object({InstanceId: requiredText('InstanceId'), ClientToken: clientToken()}),
  async (call, {InstanceId: instanceId, ClientToken}) =>
    write(call, ClientToken, async (tx) => {
      const [row] = await readInstances(tx, call, [instanceId])
      const done = row && (await deregisterInstance(tx, {instanceId, nowMs: call.nowMs}))
      if (!done) throw new Fault('InvalidInstance.NotFound', `No such instance: ${quote(instanceId)}.`)
      return {
        fields: {Instance: managedInstanceView(row)},
        targets: [instanceId],
        afterCommit: () => {
          call.deps.kicker.disconnect(instanceId)
          for (const invokeId of done.invokeIds) call.deps.changes.notify(invokeId)
        },
      }
    }),
)
