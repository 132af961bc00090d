import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {COMMAND} from '../../../protocol/ecs/parameters/command.ts'
import {countUse, findCommand} from '../../store/commands.ts'
import type {CommandRow} from '../../store/schema.ts'
import {operation} from '../operation.ts'
import {requiredText} from '../parts/fields.ts'
import {attempt, write} from '../parts/write.ts'
import {type InvocationInput, invocationFields} from './invocation-fields.ts'
import {startInvocation, type UsedCommand} from './start-invocation.ts'
import {checkTiming} from './timing.ts'

export const invokeCommand = operation(
  z.object({CommandId: requiredText('CommandId'), ...invocationFields()}),
  async (call, input) => {
    // Looked up twice: a schedule takes milliseconds to check, which must not be spent in a transaction others wait for.
    const early = await findCommand(call.deps.db.read, call, input.CommandId)
    const timeoutSec = input.Timeout ?? early?.timeout_sec ?? COMMAND.timeout.default
    const timing = attempt(() => checkTiming(input, {nowMs: call.nowMs, timeoutSec}))
    return write(call, input.ClientToken, async (tx) => {
      const row = await findCommand(tx, call, input.CommandId)
      if (!row) throw new Fault('InvalidCmdId.NotFound')
      const started = await startInvocation(tx, call, usedCommand(row, input), input, timing())
      await countUse(tx, row.command_id)
      return {...started, targets: [row.command_id, ...started.targets]}
    })
  },
)

function usedCommand(row: CommandRow, input: InvocationInput): UsedCommand {
  return {
    commandId: row.command_id,
    name: row.name,
    description: row.description,
    type: row.type,
    content: row.content,
    enableParameter: row.enable_parameter === 1,
    launcher: input.Launcher || row.launcher,
    workingDir: input.WorkingDir || row.working_dir,
    timeoutSec: input.Timeout ?? row.timeout_sec,
  }
}
