import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {generatedName} from '../../../protocol/ecs/generated-name.ts'
import {COMMAND} from '../../../protocol/ecs/parameters/command.ts'
import {SCRIPT} from '../../../protocol/ecs/parameters/script.ts'
import {operation} from '../operation.ts'
import {choice, flag, requiredText, text} from '../parts/fields.ts'
import {attempt, write} from '../parts/write.ts'
import {checkPlaceholders, readContent} from '../script/script-content.ts'
import {storeCommand} from '../stored/store-command.ts'
import {invocationFields} from './invocation-fields.ts'
import {startInvocation} from './start-invocation.ts'
import {checkTiming} from './timing.ts'

/** Without KeepCommand the command only lends its id: it is in no list and cannot be used again. */
export const runCommand = operation(
  z.object({
    Type: choice(COMMAND.type),
    CommandContent: requiredText(SCRIPT.content.name),
    ContentEncoding: text('ContentEncoding'),
    Name: text(COMMAND.name),
    Description: text(COMMAND.description),
    EnableParameter: flag('EnableParameter'),
    KeepCommand: flag('KeepCommand'),
    ...invocationFields(),
  }),
  async (call, input) => {
    if (!input.Type) throw new Fault('MissingParameter.Type')
    const content = readContent(input.CommandContent, input.ContentEncoding, 'PlainText')
    if (input.EnableParameter) checkPlaceholders(content)
    const command = {
      name: input.Name || generatedName(call.nowMs),
      description: input.Description ?? '',
      type: input.Type,
      content,
      workingDir: input.WorkingDir ?? '',
      timeoutSec: input.Timeout ?? COMMAND.timeout.default,
      enableParameter: input.EnableParameter ?? false,
      launcher: input.Launcher ?? '',
      resourceGroupId: input.ResourceGroupId ?? '',
    }
    const timing = attempt(() => checkTiming(input, {nowMs: call.nowMs, timeoutSec: command.timeoutSec}))
    return write(call, input.ClientToken, async (tx) => {
      const commandId = await storeCommand(tx, call, command, {kept: input.KeepCommand ?? false, invokeTimes: 1})
      const started = await startInvocation(tx, call, {...command, commandId}, input, timing())
      return {
        ...started,
        fields: {...started.fields, CommandId: commandId},
        targets: [commandId, ...started.targets],
      }
    })
  },
)
