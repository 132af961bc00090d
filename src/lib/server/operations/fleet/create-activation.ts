import {isIP} from 'node:net'
import {z} from 'zod'
import {quote} from '../../../core/quote.ts'
import {randomText, randomUuid} from '../../../core/random-text.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import {ACTIVATION} from '../../../protocol/ecs/parameters/activation.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {sha256Hex} from '../../../protocol/ecs/signature.ts'
import {countLiveActivations, insertActivation} from '../../store/fleet/activations.ts'
import {insertTags} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {clientToken, filter, integer, resourceGroupId} from '../parts/fields.ts'
import {tagFields, toTags} from '../parts/tags.ts'
import {write} from '../parts/write.ts'

/** The code is in this answer and nowhere else: only its hash is stored. */
export const createActivation = operation(
  z.object({
    Description: filter(ACTIVATION.description),
    InstanceName: filter(ACTIVATION.instanceName),
    InstanceCount: integer(ACTIVATION.instanceCount),
    TimeToLiveInHours: integer(ACTIVATION.timeToLiveHours),
    IpAddressRange: filter(ACTIVATION.ipAddressRange),
    ResourceGroupId: resourceGroupId(),
    ClientToken: clientToken(),
    Tag: tagFields(TAGS.tag),
  }),
  async (call, input) => {
    checkRange(input.IpAddressRange ?? '')
    return write(call, input.ClientToken, async (tx) => {
      if ((await countLiveActivations(tx, call, call.nowMs)) >= LIMITS.activationsPerRegion) {
        throw new Fault(
          'ActivationCount.ExceedLimit',
          `A region may have at most ${LIMITS.activationsPerRegion} activations in force; disable one or let one expire.`,
        )
      }
      const activationId = randomUuid(call.deps.randomBytes)
      const code = `a-${randomText(30, call.deps.randomBytes)}`
      await insertActivation(tx, {
        activation_id: activationId,
        account_id: call.accountId,
        region_id: call.regionId,
        code_hash: sha256Hex(code),
        description: input.Description ?? '',
        instance_name: input.InstanceName ?? '',
        instance_count: input.InstanceCount ?? ACTIVATION.instanceCount.default,
        registered_count: 0,
        deregistered_count: 0,
        ttl_hours: input.TimeToLiveInHours ?? ACTIVATION.timeToLiveHours.default,
        ip_address_range: input.IpAddressRange ?? '',
        resource_group_id: input.ResourceGroupId ?? '',
        id_prefix: 'mi-',
        disabled: 0,
        deleted: 0,
        created_at_ms: call.nowMs,
      })
      await insertTags(tx, {accountId: call.accountId, type: 'activation', id: activationId}, toTags(input.Tag))
      return {fields: {ActivationId: activationId, ActivationCode: code}, targets: [activationId]}
    })
  },
)

/** An address or CIDR block, or several with commas. */
function checkRange(range: string): void {
  if (range === '' || range.split(',').every(isAddressOrBlock)) return
  throw new Fault(
    'AddressRange.InvalidPattern',
    `IpAddressRange must be addresses or CIDR blocks; given: ${quote(range)}.`,
  )
}

function isAddressOrBlock(part: string): boolean {
  const [address = '', prefix, ...rest] = part.trim().split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}
