import {describeCommands} from '../../ecs/api/commands.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {type GroupFlags, parseGroup} from '../fields/list.ts'
import {parseScriptType} from '../script/script-type.ts'

export interface CommandsFlags extends GroupFlags {
  'command-id'?: string | undefined
  name?: string | undefined
  type?: string | undefined
  description?: string | undefined
  provider?: string | undefined
  latest?: boolean | undefined
}

export function parseCommandsFilter(flags: CommandsFlags) {
  return {
    commandId: flags['command-id'],
    name: flags.name,
    type: flags.type === undefined ? undefined : parseScriptType(flags.type),
    description: flags.description,
    provider: flags.provider,
    latest: flags.latest,
    ...parseGroup(flags),
  }
}

export function listCommands({ecs}: {ecs: EcsClient}, filter: ReturnType<typeof parseCommandsFilter>, limit: number) {
  return describeCommands(ecs, filter, limit)
}
