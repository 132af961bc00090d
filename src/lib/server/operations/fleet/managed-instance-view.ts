import type {Fields} from '../../../protocol/ecs/fields.ts'
import {isOnline} from '../../store/fleet/instances.ts'
import type {InstanceRow} from '../../store/schema.ts'
import type {Call} from '../operation.ts'
import {isoTime} from '../parts/encoding.ts'

export function managedInstanceView(row: InstanceRow): Fields {
  return {
    InstanceId: row.instance_id,
    InstanceName: row.name,
    ActivationId: row.activation_id,
    MachineId: row.machine_id,
    Hostname: row.hostname,
    IntranetIp: row.intranet_ip,
    InternetIp: row.internet_ip,
    OsType: row.os_type,
    OsVersion: row.os_version,
    AgentVersion: row.agent_version,
    InvocationCount: row.invocation_count,
    LastInvokedTime: isoTime(row.last_invoked_at_ms),
    RegistrationTime: isoTime(row.registered_at_ms),
    ResourceGroupId: row.resource_group_id,
  }
}

/** Whether a registered instance is online, as seen by this call. */
export function onlineTest({deps, nowMs}: Call): (row: {instance_id: string; last_seen_at_ms: number}) => boolean {
  return (row) => isOnline({...row, deregistered_at_ms: 0}, {nowMs, isConnected: deps.kicker.isConnected})
}
