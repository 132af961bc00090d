import {counted} from '../../../core/count.ts'
import {createId, type RandomBytes} from '../../../core/ids.ts'
import {AGENT_SLOTS} from '../../../protocol/agent/fetch.ts'
import {isSameSignature, sha256Hex} from '../../../protocol/ecs/signature.ts'
import {isInRange, plainAddress} from '../../rules/ip-range.ts'
import {appendAudit} from '../calls/audit.ts'
import type {Tx} from '../database.ts'
import type {ActivationRow} from '../schema.ts'

/** A registration that was read and found sound. */
export interface Registration {
  activationId: string
  activationCode: string
  machineId: string
  instanceName: string
  hostname: string
  intranetIp: string
  osVersion: string
  osType: string
  agentVersion: string
  /** SPKI PEM. */
  publicKey: string
  tags: ReadonlyArray<{key: string; value: string}>
  strong: boolean
}

export interface Registering {
  registration: Registration
  source: string
  randomBytes: RandomBytes
  nowMs: number
}

/** One text for whatever is wrong with id or code: an id alone must not be provable. */
const UNKNOWN = 'The activation id or code is not valid.'

/** `isGuess`: there is no such activation, or its code is another one. */
interface Refused {
  refused: string
  isGuess?: boolean
}

/** Uses up one of the activation's registrations and makes the instance. `refused` says why not. */
export async function registerInstance(
  tx: Tx,
  given: Registering,
): Promise<{instanceId: string; name: string} | Refused> {
  const {registration, source, nowMs} = given
  const activation = await tx
    .selectFrom('activations')
    .selectAll()
    .where('activation_id', '=', registration.activationId)
    .executeTakeFirst()
  const isRight = isSameSignature(sha256Hex(registration.activationCode), activation?.code_hash ?? sha256Hex(''))
  if (!activation || !isRight || activation.deleted === 1) return {refused: UNKNOWN, isGuess: true}
  const refused = reasonToRefuse(activation, source, nowMs)
  if (refused) return {refused}
  const number = await countRegistration(tx, activation.activation_id)
  if (number === undefined)
    return {refused: `The activation code was used ${counted(activation.instance_count, 'time')}, which is all.`}
  const instanceId = createId(activation.id_prefix || 'mi-', given.randomBytes)
  const name = nameOf(registration, activation, number)
  await insertInstance(tx, given, activation, {instanceId, name})
  await copyTags(tx, activation, registration.tags, instanceId)
  await recordRegistration(tx, given, activation, instanceId)
  return {instanceId, name}
}

function reasonToRefuse(activation: ActivationRow, source: string, nowMs: number): string | undefined {
  if (activation.disabled === 1) return 'The activation code is disabled.'
  if (nowMs >= activation.created_at_ms + activation.ttl_hours * 3_600_000) return 'The activation code has expired.'
  if (!isInRange(source, activation.ip_address_range)) return 'The activation code is not for this address.'
  return undefined
}

/** The number of this registration, from 1; `undefined` when all are used. Two at once cannot both get the last. */
async function countRegistration(tx: Tx, activationId: string): Promise<number | undefined> {
  const row = await tx
    .updateTable('activations')
    .set((eb) => ({registered_count: eb('registered_count', '+', 1)}))
    .where('activation_id', '=', activationId)
    .where('disabled', '=', 0)
    .where('deleted', '=', 0)
    .whereRef('registered_count', '<', 'instance_count')
    .returning('registered_count')
    .executeTakeFirst()
  return row?.registered_count
}

async function insertInstance(
  tx: Tx,
  {registration, source, nowMs}: Registering,
  activation: ActivationRow,
  {instanceId, name}: {instanceId: string; name: string},
): Promise<void> {
  await tx
    .insertInto('instances')
    .values({
      instance_id: instanceId,
      account_id: activation.account_id,
      region_id: activation.region_id,
      name,
      activation_id: activation.activation_id,
      machine_id: registration.machineId,
      public_key: registration.publicKey,
      strong: registration.strong ? 1 : 0,
      hostname: registration.hostname,
      intranet_ip: registration.intranetIp === '<nil>' ? '' : registration.intranetIp,
      internet_ip: plainAddress(source),
      os_type: registration.osType,
      os_version: registration.osVersion,
      agent_version: registration.agentVersion,
      slots: AGENT_SLOTS,
      resource_group_id: activation.resource_group_id,
      invocation_count: 0,
      last_invoked_at_ms: 0,
      // Registering is no sign of an agent that runs.
      last_seen_at_ms: 0,
      registered_at_ms: nowMs,
      deregistered_at_ms: 0,
    })
    .execute()
}

/** `<prefix>-001`, with as many digits as the count needs, at least three; without a prefix, the machine's own name. */
function nameOf(registration: Registration, activation: ActivationRow, number: number): string {
  if (activation.instance_name === '') return registration.instanceName || registration.hostname
  const digits = Math.max(3, String(activation.instance_count).length)
  return `${activation.instance_name}-${String(number).padStart(digits, '0')}`
}

/** The agent's own tags first, the activation's over them: who made the code decides. */
async function copyTags(
  tx: Tx,
  activation: ActivationRow,
  own: Registration['tags'],
  instanceId: string,
): Promise<void> {
  const given = await tx
    .selectFrom('tags')
    .select(['tag_key as key', 'tag_value as value'])
    .where('resource_type', '=', 'activation')
    .where('resource_id', '=', activation.activation_id)
    .execute()
  const tags = new Map([...own, ...given].map(({key, value}) => [key, value]))
  if (tags.size === 0) return
  await tx
    .insertInto('tags')
    .values(
      [...tags].map(([tag_key, tag_value]) => ({
        account_id: activation.account_id,
        resource_type: 'managedinstance' as const,
        resource_id: instanceId,
        tag_key,
        tag_value,
      })),
    )
    .execute()
}

async function recordRegistration(
  tx: Tx,
  {source, nowMs}: Registering,
  activation: ActivationRow,
  instanceId: string,
): Promise<void> {
  await appendAudit(tx, {
    atMs: nowMs,
    accountId: activation.account_id,
    caller: activation.activation_id,
    action: 'Agent.Register',
    targets: [instanceId],
    requestId: '',
    source,
  })
}
