import {AssistError} from '../../core/errors.ts'
import {createCommand} from '../../ecs/api/commands.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'
import {SCRIPT} from '../../protocol/ecs/parameters/script.ts'
import {malformedPlaceholders, parameterNames} from '../../protocol/script.ts'
import {encodeScript} from '../../protocol/script-content.ts'
import {checkClientToken, checkLength, parseExecTimeout} from '../fields/check-fields.ts'
import {parseTags} from '../fields/pairs.ts'
import {type ReadScriptDeps, readScript, type ScriptSource} from '../script/read-script.ts'

export interface CreateFlags {
  name?: string | undefined
  description?: string | undefined
  cwd?: string | undefined
  'exec-timeout'?: string | undefined
  launcher?: string | undefined
  'enable-parameter'?: boolean | undefined
  'resource-group'?: string | undefined
  tag?: readonly string[] | undefined
  'client-token'?: string | undefined
}

export interface CreateInput {
  command: Parameters<typeof createCommand>[1]
  warnings: string[]
}

/** @throws AssistError (usage) before anything is sent */
export async function parseCreate(
  deps: ReadScriptDeps,
  flags: CreateFlags,
  source: ScriptSource,
): Promise<CreateInput> {
  const {name} = flags
  if (name === undefined || name.trim() === '')
    throw new AssistError('usage', '--name must say what the command is called')
  const timeoutSec = parseExecTimeout(flags['exec-timeout'])
  const script = await readScript(deps, source)
  return {
    command: {
      name: checkLength(name, '--name', COMMAND.name) ?? name,
      type: script.type,
      scriptBase64: encodeScript(script.text),
      description: checkLength(flags.description, '--description', COMMAND.description),
      workingDir: checkLength(flags.cwd, '--cwd', COMMAND.workingDir),
      timeoutSec,
      enableParameter: flags['enable-parameter'] ? true : undefined,
      launcher: checkLength(flags.launcher, '--launcher', COMMAND.launcher),
      resourceGroupId: flags['resource-group'],
      tags: parseTags(flags.tag),
      clientToken: checkClientToken(flags['client-token']),
    },
    warnings: [...script.warnings, ...placeholderWarnings(script.text, flags['enable-parameter'] === true)],
  }
}

function placeholderWarnings(script: string, isEnabled: boolean): string[] {
  const names = parameterNames(script)
  if (!isEnabled) {
    return names.length === 0
      ? []
      : [`{{${names[0]}}} stays as it is in the script; with --enable-parameter it becomes a parameter`]
  }
  if (names.length > SCRIPT.placeholders.most) {
    throw new AssistError(
      'usage',
      `a script can have at most ${SCRIPT.placeholders.most} parameters; given: ${names.length}`,
    )
  }
  const [wrong] = malformedPlaceholders(script)
  return wrong === undefined ? [] : [`{{${wrong}}} is no name of a parameter`]
}

export interface CreatedCommand {
  commandId: string
}

export async function create(deps: {ecs: EcsClient}, input: CreateInput): Promise<CreatedCommand> {
  return {commandId: await createCommand(deps.ecs, input.command)}
}
