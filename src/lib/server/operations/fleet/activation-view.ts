import type {Fields} from '../../../protocol/ecs/fields.ts'
import type {ActivationRow} from '../../store/schema.ts'
import {isoTime} from '../parts/encoding.ts'

export function activationView(row: ActivationRow): Fields {
  return {
    ActivationId: row.activation_id,
    CreationTime: isoTime(row.created_at_ms),
    Description: row.description,
    Disabled: row.disabled === 1,
    InstanceCount: row.instance_count,
    InstanceName: row.instance_name,
    IpAddressRange: row.ip_address_range,
    RegisteredCount: row.registered_count,
    DeregisteredCount: row.deregistered_count,
    ResourceGroupId: row.resource_group_id,
    TimeToLiveInHours: row.ttl_hours,
  }
}
