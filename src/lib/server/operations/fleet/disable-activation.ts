import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {disableActivation as disableInStore, findActivation} from '../../store/fleet/activations.ts'
import {operation} from '../operation.ts'
import {requiredText} from '../parts/fields.ts'
import {write} from '../parts/write.ts'
import {activationView} from './activation-view.ts'

/** No more machines can register with it; those that have stay. */
export const disableActivation = operation(
  z.object({ActivationId: requiredText('ActivationId')}),
  async (call, input) =>
    write(call, undefined, async (tx) => {
      const row = await findActivation(tx, call, input.ActivationId)
      if (!row) throw new Fault('ActivationId.NotFound')
      await disableInStore(tx, row.activation_id)
      return {fields: {Activation: activationView({...row, disabled: 1})}, targets: [row.activation_id]}
    }),
)
