import {AssistError} from '../../core/errors.ts'
import {modifyCommand} from '../../ecs/api/commands.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'
import {checkLength, parseExecTimeout} from '../fields/check-fields.ts'
import {findStored} from './find-stored.ts'

export interface ModifyFlags {
  name?: string | undefined
  description?: string | undefined
  cwd?: string | undefined
  'exec-timeout'?: string | undefined
  launcher?: string | undefined
}

type Change = Parameters<typeof modifyCommand>[1]

/** @throws AssistError (usage), also when nothing is to be changed */
export function parseModify(flags: ModifyFlags, commandId: string): Change {
  const change = {
    name: checkLength(flags.name, '--name', COMMAND.name),
    description: checkLength(flags.description, '--description', COMMAND.description),
    workingDir: checkLength(flags.cwd, '--cwd', COMMAND.workingDir),
    timeoutSec: parseExecTimeout(flags['exec-timeout']),
    launcher: checkLength(flags.launcher, '--launcher', COMMAND.launcher),
  }
  if (Object.values(change).every((value) => value === undefined)) {
    throw new AssistError('usage', 'nothing is to be changed', {
      hint: 'Give --name, --description, --cwd, --exec-timeout or --launcher. A script cannot be changed: create a new command.',
    })
  }
  return {commandId: checkCommand(commandId), ...change}
}

/** An id or a name. */
function checkCommand(text: string): string {
  if (text === '') throw new AssistError('usage', 'the command to modify is empty')
  return checkLength(text, 'the command', COMMAND.name) ?? ''
}

/** @param change its `commandId` may also be a name */
export async function modify(deps: {ecs: EcsClient}, change: Change): Promise<{commandId: string}> {
  const {commandId} = await findStored(deps.ecs, change.commandId)
  await modifyCommand(deps.ecs, {...change, commandId})
  return {commandId}
}
