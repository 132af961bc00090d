/** Scripts that an agent runs at once; an official agent lets whatever comes beyond wait, unseen, where a stop does not reach it. */
export const AGENT_SLOTS = 10

const MOST_SLOTS = 100

/** The query with which an agent asks what there is to do. Source: agent-protocol, 3.3. */
export interface Fetch {
  /** The first of this agent; `coldStart`: and none ran before it since the machine booted. */
  startup: {coldStart: boolean} | undefined
  /** The one task that it asks for; undefined: whatever there is. */
  taskId: string | undefined
  nowMs: number
  utcOffsetSec: number
  zone: string
  /** Ours, for a server that knows it: how many scripts the agent runs at once. */
  slots?: number | undefined
}

/** Names and order as official agents have them. */
export function encodeFetch({startup, taskId, nowMs, utcOffsetSec, zone, slots}: Fetch): URLSearchParams {
  const query = new URLSearchParams({reason: startup ? 'startup' : 'kickoff'})
  if (startup) query.set('cold_start', String(startup.coldStart))
  if (taskId !== undefined) query.set('taskId', taskId)
  query.set('currentTime', String(nowMs))
  query.set('offset', String(utcOffsetSec))
  query.set('timeZone', zone)
  if (slots !== undefined) query.set('slots', String(slots))
  return query
}

/** What a server looks at. Ours is `slots`, how many scripts the agent runs at once; absent or without sense, as many as others do. */
export function decodeFetch(query: URLSearchParams): {isStartup: boolean; isColdStart: boolean; slots: number} {
  return {
    isStartup: query.get('reason') === 'startup',
    isColdStart: query.get('cold_start') === 'true',
    slots: slotsOf(query.get('slots')),
  }
}

function slotsOf(text: string | null): number {
  const given = Number(text ?? AGENT_SLOTS)
  return Number.isInteger(given) && given > 0 ? Math.min(given, MOST_SLOTS) : AGENT_SLOTS
}
