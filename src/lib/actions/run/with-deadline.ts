import {setMaxListeners} from 'node:events'
import type {Clock} from '../../core/clock.ts'

/** Runs `work` with a signal that also aborts after `ms` (undefined: never), and tells whether it did. */
export async function withDeadline<Value>(
  clock: Clock,
  ms: number | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<{value: Value; isLate: boolean}> {
  if (ms === undefined) return {value: await work(withoutLimit(signal)), isLate: false}
  const deadline = new AbortController()
  const finished = new AbortController()
  const timer = clock.sleep(ms, finished.signal).then(() => {
    if (!finished.signal.aborted) deadline.abort()
  })
  try {
    const value = await work(withoutLimit(AbortSignal.any([signal, deadline.signal])))
    return {value, isLate: deadline.signal.aborted && !signal.aborted}
  } finally {
    finished.abort()
    await timer
  }
}

/** As many calls as there are may wait on one signal; Node would warn at eleven. */
function withoutLimit(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal)
  return signal
}
