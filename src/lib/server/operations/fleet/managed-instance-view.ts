import type {Fields} from '../../../protocol/ecs/fields.ts'
import {isHeard} from '../../store/fleet/instances.ts'
import type {InstanceRow} from '../../store/schema.ts'
import {channelsOf} from '../../wake/channels.ts'
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

interface Listed {
  instance_id: string
  last_seen_at_ms: number
}

/** Ids of those among registered instances that are online, as seen by this call. */
export async function onlineAmong(
  {deps, nowMs}: Pick<Call, 'deps' | 'nowMs'>,
  rows: readonly Listed[],
): Promise<ReadonlySet<string>> {
  const isMissed = (row: Listed): boolean => {
    const goneMs = deps.kicker.goneSinceMs(row.instance_id, nowMs)
    return goneMs !== undefined && row.last_seen_at_ms <= goneMs
  }
  const quiet = rows.filter((row) => !isHeard(row, nowMs) || isMissed(row)).map((row) => row.instance_id)
  const channels = await channelsOf(deps, quiet, nowMs)
  const isOff = new Set(quiet.filter((id) => channels.get(id)?.isUp !== true))
  return new Set(rows.map((row) => row.instance_id).filter((id) => !isOff.has(id)))
}
