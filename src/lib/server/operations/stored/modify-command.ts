import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {COMMAND} from '../../../protocol/ecs/parameters/command.ts'
import {findCommand, updateCommand} from '../../store/commands.ts'
import {operation} from '../operation.ts'
import {integer, requiredText, text} from '../parts/fields.ts'
import {write} from '../parts/write.ts'

/** What is not given stays. The script cannot be changed: CommandContent is ignored, as the original does. */
export const modifyCommand = operation(
  z.object({
    CommandId: requiredText('CommandId'),
    Name: text(COMMAND.name),
    Description: text(COMMAND.description),
    WorkingDir: text(COMMAND.workingDir),
    Timeout: integer(COMMAND.timeout),
    Launcher: text(COMMAND.launcher),
  }),
  async (call, input) =>
    write(call, undefined, async (tx) => {
      if (!(await findCommand(tx, call, input.CommandId))) throw new Fault('InvalidCmdId.NotFound')
      await updateCommand(tx, input.CommandId, {
        ...(input.Name ? {name: input.Name} : {}),
        ...(input.Description === undefined ? {} : {description: input.Description}),
        ...(input.WorkingDir === undefined ? {} : {working_dir: input.WorkingDir}),
        ...(input.Timeout === undefined ? {} : {timeout_sec: input.Timeout}),
        ...(input.Launcher === undefined ? {} : {launcher: input.Launcher}),
      })
      return {fields: {}, targets: [input.CommandId]}
    }),
)
