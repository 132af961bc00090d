import {integer, isRecord, parseRecord, text} from '../../core/json.ts'

/** A schedule, a task for a boot, or a run that has not ended, as an agent holds it. */
export interface HeldTask {
  taskId: string
  invokeVersion: number
}

/** An agent that holds more tells them in turns. */
export const MOST_HELD = 1000

/**
 * Ours, between an agent and a server that said `assist`: the JSON body of a fetch says what the agent holds. It does so after its
 * start and whenever its kick channel opens, since server or machine may have come back from an older copy meanwhile. What of it
 * must end comes back in the answer's `stop`: tasks that the server has never had for this instance, and those whose end it knows
 * (an end that it only inferred, such as a delivery that took too long, is none). Other fetches have an empty body, and official
 * agents never have another.
 */
export function encodeHeld(held: readonly HeldTask[]): {held: HeldTask[]} {
  return {held: held.slice(0, MOST_HELD).map(({taskId, invokeVersion}) => ({taskId, invokeVersion}))}
}

/** undefined: the agent doesn't say what it holds. Entries that nobody could answer are passed over. */
export function decodeHeld(body: Uint8Array): HeldTask[] | undefined {
  const value = parseRecord(body)
  if (value === undefined || !Array.isArray(value.held)) return undefined
  return value.held.slice(0, MOST_HELD).flatMap((entry: unknown) => {
    if (!isRecord(entry)) return []
    const taskId = text(entry.taskId)
    return taskId === '' || taskId.length > 64 ? [] : [{taskId, invokeVersion: integer(entry.invokeVersion) ?? 0}]
  })
}
