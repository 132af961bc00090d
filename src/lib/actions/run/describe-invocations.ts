import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {describeInvocations, type Invocation} from '../../ecs/api/invocations.ts'
import type {Listed} from '../../ecs/api/page.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {parseRepeatMode} from '../fields/check-fields.ts'
import {type GroupFlags, parseGroup} from '../fields/list.ts'
import {parseScriptType} from '../script/script-type.ts'
import {checkInstanceId} from '../target/parse-targets.ts'

export interface InvocationsFlags extends GroupFlags {
  'invoke-id'?: string | undefined
  instance?: string | undefined
  'command-id'?: string | undefined
  'command-name'?: string | undefined
  type?: string | undefined
  status?: string | undefined
  'repeat-mode'?: string | undefined
  timed?: boolean | undefined
}

export function parseInvocationsFilter(flags: InvocationsFlags, argument: string | undefined) {
  const invokeId = argument ?? flags['invoke-id']
  if (argument !== undefined && flags['invoke-id'] !== undefined && argument !== flags['invoke-id']) {
    throw new AssistError('usage', `one invocation can be looked at; given: ${quote(argument)} and --invoke-id`)
  }
  return {
    invokeId,
    instanceId: flags.instance === undefined ? undefined : checkInstanceId(flags.instance, '--instance'),
    commandId: flags['command-id'],
    commandName: flags['command-name'],
    commandType: flags.type === undefined ? undefined : parseScriptType(flags.type),
    status: flags.status,
    repeatMode: parseRepeatMode(flags['repeat-mode']),
    timed: flags.timed,
    ...parseGroup(flags),
  }
}

export function listInvocations(
  {ecs}: {ecs: EcsClient},
  filter: ReturnType<typeof parseInvocationsFilter>,
  limit: number,
): Promise<Listed<Invocation>> {
  return describeInvocations(ecs, filter, limit)
}
