import {createId} from '../../../core/ids.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import type {ScriptType} from '../../../protocol/script.ts'
import {countCommands, insertCommand} from '../../store/commands.ts'
import type {Tx} from '../../store/database.ts'
import type {Call} from '../operation.ts'

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
  if (use.kept && (await countCommands(tx, call)) >= LIMITS.commandsPerRegion) {
    throw new Fault('CmdCount.ExceedQuota', `A region may have at most ${LIMITS.commandsPerRegion} commands.`)
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
