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
