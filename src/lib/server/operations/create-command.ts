import {z} from 'zod'
import {createId} from '../../core/ids.ts'
import {Fault} from '../../protocol/ecs/faults.ts'
import {LIMITS} from '../../protocol/ecs/limits.ts'
import {sha256Hex} from '../../protocol/ecs/signature.ts'
import {SCRIPT_TYPES, type ScriptType} from '../../protocol/script.ts'
import {countCommands, insertCommand} from '../store/commands.ts'
import type {Tx} from '../store/database.ts'
import {insertTags} from '../store/tags.ts'
import {type Call, operation} from './operation.ts'
import {descriptionField, launcherField, nameField, timeoutField, workingDirField} from './parts/command-fields.ts'
import {choice, clientToken, flag, requiredText, resourceGroupId, text} from './parts/fields.ts'
import {checkPlaceholders, decodeScript} from './parts/script-content.ts'
import {tagFields, toTags} from './parts/tags.ts'
import {write} from './parts/write.ts'

/** The largest quota that the original grants. */
const COMMANDS_PER_REGION = 50_000

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

export interface NewCommand {
  name: string
  description: string
  type: ScriptType
  content: string
  workingDir: string
  timeoutSec: number
  enableParameter: boolean
  launcher: string
  resourceGroupId: string
}

/** Also for RunCommand, whose commands count against the quota only when they are kept. Returns the new id. */
export async function storeCommand(
  tx: Tx,
  call: Call,
  command: NewCommand,
  use: {kept: boolean; invokeTimes: number},
): Promise<string> {
  if (use.kept && (await countCommands(tx, call)) >= COMMANDS_PER_REGION) {
    throw new Fault('CmdCount.ExceedQuota', `A region may have at most ${COMMANDS_PER_REGION} commands.`)
  }
  const commandId = createId('c-', call.deps.randomBytes)
  await insertCommand(tx, {
    command_id: commandId,
    account_id: call.accountId,
    region_id: call.regionId,
    name: command.name,
    description: command.description,
    type: command.type,
    content: command.content,
    working_dir: command.workingDir,
    timeout_sec: command.timeoutSec,
    enable_parameter: command.enableParameter ? 1 : 0,
    launcher: command.launcher,
    resource_group_id: command.resourceGroupId,
    invoke_times: use.invokeTimes,
    kept: use.kept ? 1 : 0,
    created_at_ms: call.nowMs,
  })
  return commandId
}
