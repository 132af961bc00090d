import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {deleteCommand as deleteFromStore, findCommand, isCommandInUse} from '../../store/commands.ts'
import {deleteTags} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {requiredText} from '../parts/fields.ts'
import {write} from '../parts/write.ts'

export const deleteCommand = operation(z.object({CommandId: requiredText('CommandId')}), async (call, input) =>
  write(call, undefined, async (tx) => {
    if (!(await findCommand(tx, call, input.CommandId))) throw new Fault('InvalidCmdId.NotFound')
    if (await isCommandInUse(tx, input.CommandId)) {
      throw new Fault('Operation.Forbidden', 'The command is still to run on an instance; stop that invocation first.')
    }
    await deleteFromStore(tx, input.CommandId)
    await deleteTags(tx, 'command', input.CommandId)
    return {fields: {}, targets: [input.CommandId]}
  }),
)
