import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {deleteActivation as deleteFromStore, findActivation} from '../../store/fleet/activations.ts'
import {deleteTags} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {requiredText} from '../parts/fields.ts'
import {write} from '../parts/write.ts'
import {activationView} from './activation-view.ts'

export const deleteActivation = operation(z.object({ActivationId: requiredText('ActivationId')}), async (call, input) =>
  write(call, undefined, async (tx) => {
    const row = await findActivation(tx, call, input.ActivationId)
    if (!row) throw new Fault('ActivationId.NotFound')
    if (!(await deleteFromStore(tx, row.activation_id))) throw new Fault('ActivationId.InUse')
    await deleteTags(tx, 'activation', row.activation_id)
    const {Disabled: _disabled, ...view} = activationView(row)
    return {fields: {Activation: view}, targets: [row.activation_id]}
  }),
)
