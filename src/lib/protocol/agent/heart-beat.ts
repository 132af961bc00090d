/** Answer to a heart-beat. Source: agent-protocol, 3.2. */
export interface HeartBeatResponse {
  code: number
  instanceId: string
  /** ms, 55000–65000. A number: a string is ignored by the official agent. */
  nextInterval: number
  /** Our agent fetches when this is true; the official one ignores it. */
  newTasks: boolean
}

/** Seconds without a heart-beat after which an agent counts as offline. */
export const ONLINE_SEC = 120
