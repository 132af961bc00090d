import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import {sha256Hex} from '../../../protocol/ecs/signature.ts'
import {SCRIPT_TYPES} from '../../../protocol/script.ts'
import {insertTags} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {choice, clientToken, flag, requiredText, resourceGroupId, text} from '../parts/fields.ts'
import {tagFields, toTags} from '../parts/tags.ts'
import {write} from '../parts/write.ts'
import {descriptionField, launcherField, nameField, timeoutField, workingDirField} from '../script/command-fields.ts'
import {checkPlaceholders, decodeScript} from '../script/script-content.ts'
import {type NewCommand, storeCommand} from './store-command.ts'

export const createCommand = operation(
  z.object({
    Name: nameField(),
    Type: choice('Type', SCRIPT_TYPES, 'InvalidCmdType.NotFound'),
    CommandContent: requiredText('CommandContent'),
    ContentEncoding: text('ContentEncoding'),
    Description: descriptionField(),
    WorkingDir: workingDirField(),
    Timeout: timeoutField(),
    EnableParameter: flag('EnableParameter'),
    Launcher: launcherField(),
    ResourceGroupId: resourceGroupId(),
    ClientToken: clientToken(),
    Tag: tagFields('Tag'),
  }),
  async (call, input) => {
    if (!input.Name) throw new Fault('MissingParameter.Name')
    if (!input.Type) throw new Fault('MissingParameter.Type')
    const content = decodeScript(input.CommandContent, input.ContentEncoding, 'Base64')
    const enableParameter = input.EnableParameter ?? false
    if (enableParameter) checkPlaceholders(content)
    const command: NewCommand = {
      name: input.Name,
      description: input.Description ?? '',
      type: input.Type,
      content,
      workingDir: input.WorkingDir ?? '',
      timeoutSec: input.Timeout ?? LIMITS.timeoutDefaultSec,
      enableParameter,
      launcher: input.Launcher ?? '',
      resourceGroupId: input.ResourceGroupId ?? '',
    }
    return write(call, input.ClientToken, async (tx) => {
      const commandId = await storeCommand(tx, call, command, {kept: true, invokeTimes: 0})
      await insertTags(tx, {accountId: call.accountId, type: 'command', id: commandId}, toTags(input.Tag))
      return {fields: {CommandId: commandId}, targets: [commandId], scriptHash: sha256Hex(content)}
    })
  },
)
