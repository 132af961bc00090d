import type {ServerDeps} from '../deps.ts'
import {noteSeen, type Seen} from '../store/fleet/instances.ts'
import type {InstanceCall} from './call.ts'

/** Often enough for an instance to be online within two minutes of its last word, seldom enough to cost nothing. */
const NOTE_MS = 15_000

/** Notes that the instance was heard, and what it says of itself. Costs a write only when there is something to note. */
export async function see(deps: ServerDeps, call: InstanceCall, told: Seen = {}): Promise<void> {
  const nowMs = deps.clock.now()
  const {instance} = call
  const seen: Seen = {...told, ...agentVersion(call.userAgent)}
  const isNews = Object.entries(seen).some(([name, value]) => instance[name as keyof Seen] !== value)
  const goneMs = deps.kicker.goneSinceMs(instance.instance_id, nowMs)
  const isMissed = goneMs !== undefined && instance.last_seen_at_ms <= goneMs
  if (!isNews && !isMissed && Math.abs(nowMs - instance.last_seen_at_ms) < NOTE_MS) return
  await deps.db.write((tx) => noteSeen(tx, instance.instance_id, seen, nowMs))
}

/** `linux_amd64/2.2.3.578` → 2.2.3.578. */
export function agentVersion(userAgent: string): {agent_version?: string} {
  const version = /^[\w-]{1,40}\/([\w.-]{1,40})$/.exec(userAgent)?.[1]
  return version === undefined ? {} : {agent_version: version}
}
