import {parseRecord, text} from '../../core/json.ts'

/** What an agent says of itself with every heart-beat. Source: agent-protocol, 3.2. */
export interface HeartBeat {
  uptimeMs: number
  nowMs: number
  pid: number
  processUptimeMs: number
  /** Beats that were answered. */
  acknowledged: number
  /** Beats that were sent. */
  rounds: number
  /** First agent since the machine booted. */
  coldStart: boolean
  /** A server asked for the full set of parameters. */
  full: boolean
  /** linux, windows, freebsd or unknown. */
  osType: string
  osVersion: string
  agentVersion: string
  machineId: string
}

/** Names and order as official agents have them. */
export function encodeHeartBeat(beat: HeartBeat): URLSearchParams {
  const query = new URLSearchParams({
    uptime: String(beat.uptimeMs),
    timestamp: String(beat.nowMs),
    pid: String(beat.pid),
    process_uptime: String(Math.round(beat.processUptimeMs)),
    index: String(beat.acknowledged),
    seq_no: String(beat.rounds),
  })
  const first = beat.acknowledged === 0
  if (first || beat.full) query.set('virt_type', 'kvm')
  if (beat.full) {
    query.set('lang', 'golang')
    query.set('os_type', beat.osType)
    query.set('app_version', beat.agentVersion)
  }
  if (first || beat.full) {
    query.set('os_version', beat.osVersion)
    query.set('az', 'unknown')
  }
  if (first && !beat.full) query.set('machineid', beat.machineId)
  if (first) query.set('cold_start', String(beat.coldStart))
  return query
}

/** What a server keeps of it; empty where the beat says nothing. Whatever an agent has written: nothing is checked but the length. */
export function decodeHeartBeat(query: URLSearchParams): Pick<HeartBeat, 'osType' | 'osVersion' | 'agentVersion'> {
  const told = (name: string): string => (query.get(name) ?? '').trim().slice(0, 200)
  return {osType: told('os_type'), osVersion: told('os_version'), agentVersion: told('app_version')}
}

/** Answer to a heart-beat. Source: agent-protocol, 3.2. */
export interface HeartBeatResponse {
  code: number
  instanceId: string
  /** ms, 55000–65000. A number: a string is ignored by the official agent. */
  nextInterval: number
  /** Our agent fetches when this is true; the official one ignores it. */
  newTasks: boolean
  /** Ours: over how many ms agents are to come back when the server goes away. Official agents ignore it. */
  reconnectSpreadMs?: number
}

/** A pause between two beats is anywhere in here. */
export const BEAT_MS = {least: 55_000, most: 65_000} as const

/** `undefined`: the server says nothing usable. */
export function decodeHeartBeatResponse(body: string): {
  intervalMs: number | undefined
  newTasks: boolean
  spreadMs: number | undefined
} {
  const {nextInterval, newTasks, reconnectSpreadMs} = parseRecord(body) ?? {}
  const usable = typeof nextInterval === 'number' && nextInterval >= BEAT_MS.least && nextInterval <= BEAT_MS.most
  return {
    intervalMs: usable ? nextInterval : undefined,
    newTasks: newTasks === true,
    spreadMs: decodeSpread(reconnectSpreadMs),
  }
}

/** Such as `Required request parameter 'os_type' for method parameter type String is not present`. */
export function wantsFullBeat(body: string): boolean {
  return /^Required request parameter '.*' for method parameter type .* is not present/.test(
    text(parseRecord(body)?.errMsg),
  )
}

const LEAST_SPREAD_MS = 1000
const MOST_SPREAD_MS = 60_000
const SPREAD_PER_AGENT_MS = 6

/** A lone agent is back within a second; 5,000 come back over half a minute. */
export function reconnectSpreadMs(connectedAgents: number): number {
  return Math.min(MOST_SPREAD_MS, Math.max(LEAST_SPREAD_MS, connectedAgents * SPREAD_PER_AGENT_MS))
}

/** What a server said, within the same bounds; undefined: nothing usable. */
export function decodeSpread(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  return Math.min(MOST_SPREAD_MS, Math.max(LEAST_SPREAD_MS, value))
}

/** Seconds without a heart-beat after which an agent counts as offline. */
export const ONLINE_SEC = 120
