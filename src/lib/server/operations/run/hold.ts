import type {Fields} from '../../../protocol/ecs/fields.ts'
import {HOLD_HEADER, HOLD_MAX_MS, HOLD_SINCE_HEADER, HOLD_VERSION_FIELD} from '../../../protocol/ecs/hold.ts'
import type {Call} from '../operation.ts'

/** A change on another replica, or one whose notification was lost, is seen after at most this. */
const POLL_MS = 1000

/** `undefined` unless the caller asks for it; a wish that makes no sense is no reason to refuse the call. */
export function readHold(headers: Readonly<Record<string, string>>): Call['hold'] {
  const wait = headers[HOLD_HEADER]
  if (wait === undefined || !/^\d{1,9}$/.test(wait)) return undefined
  return {waitMs: Math.min(Number(wait), HOLD_MAX_MS), since: headers[HOLD_SINCE_HEADER]}
}

/**
 * A script that has just started ends within milliseconds more often than not. Its caller is better served by one answer a little
 * later than by two: whatever else changes in this time goes into the same answer, and the end of all tasks is told at once.
 */
const SETTLE_MS = 20

/** `undefined`: there is no such invocation of the caller's. */
type ReadProgress = (invokeId: string) => Promise<Progress | undefined>

export interface Progress {
  version: number
  /** No task has anything left to do. */
  isOver: boolean
}

/**
 * Waits until the invocation's version differs from the one the caller has seen, and returns the answer's version field. Looks again at
 * every change, until it is enough, time is up or the caller is gone. It starts to listen before it looks: a change between
 * the two would otherwise cost a poll.
 */
export async function holdUntilChanged(call: Call, invokeId: string | undefined, read: ReadProgress): Promise<Fields> {
  const {hold, signal} = call
  if (!hold || invokeId === undefined) return {}
  const {changes, clock} = call.deps
  const watch = changes.watch(invokeId, signal)
  try {
    let untilMs = clock.monotonic() + hold.waitMs
    let isSettling = false
    for (;;) {
      const progress = await read(invokeId)
      const isNews = progress !== undefined && String(progress.version) !== hold.since
      if (isNews && !isSettling && hold.since !== undefined && !progress.isOver) {
        isSettling = true
        untilMs = clock.monotonic() + SETTLE_MS
      }
      const leftMs = untilMs - clock.monotonic()
      const isEnough = progress === undefined || (isSettling ? progress.isOver : isNews)
      if (isEnough || leftMs <= 0 || signal.aborted) {
        return progress ? {[HOLD_VERSION_FIELD]: String(progress.version)} : {}
      }
      await watch.next(Math.min(POLL_MS, leftMs))
    }
  } finally {
    watch.end()
  }
}
