import {createId} from '../../../core/ids.ts'
import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {NO_FOLLOWER} from '../../../protocol/ecs/follow.ts'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import {sha256Hex} from '../../../protocol/ecs/signature.ts'
import {isTimed} from '../../../protocol/repeat.ts'
import type {ScriptType} from '../../../protocol/script.ts'
import type {Tx} from '../../store/database.ts'
import {insertFollowers, PERHAPS} from '../../store/runs/followers.ts'
import {insertInvocation, type NewInvocation} from '../../store/runs/invocations.ts'
import type {InstanceRow} from '../../store/schema.ts'
import {insertTags} from '../../store/tags.ts'
import type {Call} from '../operation.ts'
import {toTags} from '../parts/tags.ts'
import type {Written} from '../parts/write.ts'
import {checkParameters} from '../script/script-parameters.ts'
import {FIRST_LOOK_MS, firstLook} from './follow-output.ts'
import type {InvocationInput} from './invocation-fields.ts'
import {findTargets} from './targets.ts'
import type {Timing} from './timing.ts'

/** The command as this invocation uses it: what the call says over what is stored. */
export interface UsedCommand {
  commandId: string
  name: string
  description: string
  type: ScriptType
  content: string
  enableParameter: boolean
  launcher: string
  workingDir: string
  timeoutSec: number
}

/** Stores an invocation with its tasks. Part of the caller's transaction; what to wake is returned for after its commit. */
export async function startInvocation(
  tx: Tx,
  call: Call,
  command: UsedCommand,
  input: InvocationInput,
  timing: Timing,
): Promise<Written & {invokeId: string}> {
  const values = checkParameters(command, input.Parameters)
  const instances = await findTargets(tx, call, input, command.type)
  checkAccount(instances, input)
  const invokeId = createId('t-', call.deps.randomBytes)
  const instanceIds = instances.map((row) => row.instance_id)
  const row = rowOf(call, command, input, timing, values, invokeId)
  await insertInvocation(tx, row, {
    instanceIds,
    deadlineMs: isTimed(timing.repeatMode) ? 0 : call.nowMs + LIMITS.deliverySec * 1000,
  })
  await insertTags(tx, {accountId: call.accountId, type: 'invocation', id: invokeId}, toTags(input.Tag))
  const follower = timing.repeatMode === 'Once' ? expectedFollower(call, input) : undefined
  if (follower) await insertFollowers(tx, firstLook(call, follower.id, invokeId, instanceIds, follower.forMs))
  return {
    invokeId,
    fields: {InvokeId: invokeId},
    targets: [invokeId, ...instanceIds],
    scriptHash: sha256Hex(command.content),
    afterCommit: () => {
      for (const instanceId of instanceIds) call.deps.kicker.kick(instanceId, {kind: 'run', taskId: invokeId})
      call.deps.changes.notify(invokeId)
    },
  }
}

/** A first look may be this late. */
const PERHAPS_MS = 2000

/** Whoever says so; a command line of ours that did not know yet whom it asks follows more often than not. */
function expectedFollower(call: Call, {AssistFollower: id}: InvocationInput): {id: string; forMs: number} | undefined {
  if (id === NO_FOLLOWER) return undefined
  if (id !== undefined) return {id, forMs: FIRST_LOOK_MS}
  return call.userAgent.startsWith('assist/') ? {id: PERHAPS, forMs: PERHAPS_MS} : undefined
}

/** Windows starts nothing as another user without that user's password; its names may hold more. */
function checkAccount(instances: readonly InstanceRow[], input: InvocationInput): void {
  if (input.Username === undefined) return
  // A shell would read more than a name in these, which only Windows has.
  if (/[ \\]/.test(input.Username) && instances.some((row) => row.os_type.toLowerCase() !== 'windows')) {
    throw new Fault(
      'InvalidParameter.Username',
      `Only accounts of Windows have blanks or \\ in their names; given: ${quote(input.Username)}.`,
    )
  }
  if (input.Username.toLowerCase() === 'system') return
  if (input.WindowsPasswordName !== undefined) return
  if (instances.some((row) => row.os_type.toLowerCase() === 'windows')) throw new Fault('WindowsPasswordName.Missed')
}

function rowOf(
  call: Call,
  command: UsedCommand,
  input: InvocationInput,
  timing: Timing,
  values: Record<string, string>,
  invokeId: string,
): NewInvocation {
  return {
    invoke_id: invokeId,
    account_id: call.accountId,
    region_id: call.regionId,
    command_id: command.commandId,
    command_name: command.name,
    command_description: command.description,
    command_type: command.type,
    content: command.content,
    enable_parameter: command.enableParameter ? 1 : 0,
    launcher: command.launcher,
    working_dir: command.workingDir,
    timeout_sec: command.timeoutSec,
    username: input.Username ?? '',
    windows_password_name: input.WindowsPasswordName ?? '',
    container_id: input.ContainerId ?? '',
    container_name: input.ContainerName ?? '',
    oss_output_delivery: input.OssOutputDelivery ?? '',
    parameters_json: JSON.stringify(values),
    repeat_mode: timing.repeatMode,
    frequency: timing.frequency,
    termination_mode: input.TerminationMode ?? '',
    resource_group_id: input.ResourceGroupId ?? '',
    invoke_version: 0,
    change_count: 1,
    created_at_ms: call.nowMs,
  }
}
