import type {Clock} from '../../src/lib/core/clock.ts'

export interface TestClock extends Clock {
  /** Everything that was slept on, in order. */
  sleeps: number[]
}

/** A clock that moves only when slept on. Sleepers wake in the order of their times. */
export function createTestClock(startMs = Date.UTC(2030, 0, 1)): TestClock {
  let nowMs = startMs
  const sleeping: Array<{atMs: number; wake: () => void}> = []
  const sleeps: number[] = []
  const advance = (): void => {
    sleeping.sort((a, b) => a.atMs - b.atMs)
    const first = sleeping.shift()
    if (!first) return
    nowMs = Math.max(nowMs, first.atMs)
    first.wake()
  }
  return {
    sleeps,
    now: () => nowMs,
    monotonic: () => nowMs - startMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        sleeps.push(ms)
        const wake = (): void => {
          const index = sleeping.indexOf(sleeper)
          if (index >= 0) sleeping.splice(index, 1)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = {atMs: nowMs + ms, wake}
        sleeping.push(sleeper)
        signal?.addEventListener('abort', wake)
        // Real tasks that are ready get their turn before time moves on.
        setTimeout(advance, 0)
      }),
  }
}
