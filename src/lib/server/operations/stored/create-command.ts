import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {COMMAND} from '../../../protocol/ecs/parameters/command.ts'
import {SCRIPT} from '../../../protocol/ecs/parameters/script.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {sha256Hex} from '../../../protocol/ecs/signature.ts'
import {insertTags} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {choice, clientToken, flag, integer, requiredText, resourceGroupId, text} from '../parts/fields.ts'
import {tagFields, toTags} from '../parts/tags.ts'
import {write} from '../parts/write.ts'
import {checkPlaceholders, readContent} from '../script/script-content.ts'
import {type NewCommand, storeCommand} from './store-command.ts'

export const createCommand = operation(
  z.object({
    Name: text(COMMAND.name),
    Type: choice(COMMAND.type),
    CommandContent: requiredText(SCRIPT.content.name),
    ContentEncoding: text('ContentEncoding'),
    Description: text(COMMAND.description),
    WorkingDir: text(COMMAND.workingDir),
    Timeout: integer(COMMAND.timeout),
    EnableParameter: flag('EnableParameter'),
    Launcher: text(COMMAND.launcher),
    ResourceGroupId: resourceGroupId(),
    ClientToken: clientToken(),
    Tag: tagFields(TAGS.tag),
  }),
  async (call, input) => {
    if (!input.Name) throw new Fault('MissingParameter.Name')
    if (!input.Type) throw new Fault('MissingParameter.Type')
    const content = readContent(input.CommandContent, input.ContentEncoding, 'Base64')
    const enableParameter = input.EnableParameter ?? false
    if (enableParameter) checkPlaceholders(content)
    const command: NewCommand = {
      name: input.Name,
      description: input.Description ?? '',
      type: input.Type,
      content,
      workingDir: input.WorkingDir ?? '',
      timeoutSec: input.Timeout ?? COMMAND.timeout.default,
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
