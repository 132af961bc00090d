import {z} from 'zod'
import type {Fields} from '../../../protocol/ecs/fields.ts'
import {TARGETS} from '../../../protocol/ecs/parameters/targets.ts'
import {countRunning, instanceKeys, readInstances} from '../../store/fleet/instances-list.ts'
import {type PageRequest, readPage} from '../../store/pages.ts'
import type {InstanceRow} from '../../store/schema.ts'
import {type Channel, channelsOf} from '../../wake/channels.ts'
import {operation} from '../operation.ts'
import {isoTime} from '../parts/encoding.ts'
import {choice, texts} from '../parts/fields.ts'
import {pageFields, pageRequest, pagingFields} from '../parts/paging.ts'
import {onlineAmong} from './managed-instance-view.ts'

/** Managed instances too, which the original leaves out: here they are all there is. Instances that are asked for and unknown are left out. */
export const describeCloudAssistantStatus = operation(
  z.object({
    InstanceId: texts(TARGETS.status),
    OSType: choice({name: 'OSType', values: ['Windows', 'Linux', 'FreeBSD'], code: 'InvalidParameter.OSType'}),
    ...pagingFields(),
  }),
  async (call, input) => {
    const db = call.deps.db.read
    const asked = input.InstanceId.length > 0
    // Asked for by name, all of them come in one page.
    const request: PageRequest = asked
      ? {style: 'number', number: 1, size: TARGETS.status.items}
      : pageRequest(call, input)
    const filterBy = {
      accountId: call.accountId,
      regionId: call.regionId,
      instanceIds: asked ? input.InstanceId : undefined,
      osType: input.OSType,
    }
    const page = await readPage(request, await instanceKeys(db, filterBy, (rows) => onlineAmong(call, rows)))
    const ids = page.keys.map((key) => key.id)
    const running = await countRunning(db, ids)
    const rows = await readInstances(db, call, ids)
    const online = await onlineAmong(call, rows)
    const channels = await channelsOf(call.deps, ids, call.nowMs)
    return {
      ...pageFields(call, request, page),
      InstanceCloudAssistantStatusSet: {
        InstanceCloudAssistantStatus: rows.map((row) =>
          statusView(row, {
            isOnline: online.has(row.instance_id),
            channel: channels.get(row.instance_id),
            running: running.get(row.instance_id) ?? 0,
          }),
        ),
      },
    }
  },
)

const OS_NAMES: Readonly<Record<string, string>> = {windows: 'Windows', linux: 'Linux', freebsd: 'FreeBSD'}

function statusView(row: InstanceRow, now: {isOnline: boolean; channel: Channel | undefined; running: number}): Fields {
  return {
    InstanceId: row.instance_id,
    CloudAssistantStatus: String(now.isOnline),
    CloudAssistantVersion: row.agent_version,
    OSType: OS_NAMES[row.os_type.toLowerCase()] ?? '',
    ActiveTaskCount: now.running,
    InvocationCount: row.invocation_count,
    LastHeartbeatTime: isoTime(row.last_seen_at_ms),
    LastInvokedTime: isoTime(row.last_invoked_at_ms),
    SupportSessionManager: false,
    // Ours: two agents of one identity contest it, as after a machine was cloned;
    // an agent that beats and has no kick channel takes a task only when it next asks, up to half an hour later.
    KickChannel: now.channel?.isContested ? 'Contested' : now.channel?.isUp ? 'Up' : 'Down',
  }
}
