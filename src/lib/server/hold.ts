import {HOLD_HEADER, HOLD_MAX_MS, HOLD_SINCE_HEADER, HOLD_VERSION_FIELD} from '../protocol/ecs/hold.ts'
import type {Call} from './operations/operation.ts'
import type {Fields} from './response.ts'

/** A change on another replica, or one whose notification was lost, is seen after at most this. */
const POLL_MS = 1000

/** `undefined` unless the caller asks for it; a wish that makes no sense is no reason to refuse the call. */
export function readHold(headers: Readonly<Record<string, string>>): Call['hold'] {
  const wait = headers[HOLD_HEADER]
  if (wait === undefined || !/^\d{1,9}$/.test(wait)) return undefined
  return {waitMs: Math.min(Number(wait), HOLD_MAX_MS), since: headers[HOLD_SINCE_HEADER]}
}

/**
 * Waits until the invocation's version differs from the one the caller has seen, and returns the answer's version field.
 * It starts to listen before it looks: a change between the two would otherwise cost a poll.
 */
export async function holdUntilChanged(
  call: Call,
  invokeId: string | undefined,
  readVersion: (invokeId: string) => Promise<number | undefined>,
): Promise<Fields> {
  if (!call.hold || invokeId === undefined) return {}
  const {changes, clock} = call.deps
  const untilMs = clock.monotonic() + call.hold.waitMs
  for (;;) {
    const leftMs = untilMs - clock.monotonic()
    const looked = new AbortController()
    const changed = changes.next(
      invokeId,
      Math.max(0, Math.min(POLL_MS, leftMs)),
      AbortSignal.any([call.signal, looked.signal]),
    )
    const version = await readVersion(invokeId)
    if (version === undefined) {
      looked.abort()
      return {}
    }
    if (String(version) !== call.hold.since || leftMs <= 0 || call.signal.aborted) {
      looked.abort()
      return {[HOLD_VERSION_FIELD]: String(version)}
    }
    await changed
  }
}
