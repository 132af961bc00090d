import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {findCommand, updateCommand} from '../../store/commands.ts'
import {operation} from '../operation.ts'
import {requiredText} from '../parts/fields.ts'
import {write} from '../parts/write.ts'
import {descriptionField, launcherField, nameField, timeoutField, workingDirField} from '../script/command-fields.ts'

/** What is not given stays. The script cannot be changed: CommandContent is ignored, as the original does. */
export const modifyCommand = operation(
  z.object({
    CommandId: requiredText('CommandId'),
    Name: nameField(),
    Description: descriptionField(),
    WorkingDir: workingDirField(),
    Timeout: timeoutField(),
    Launcher: launcherField(),
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
