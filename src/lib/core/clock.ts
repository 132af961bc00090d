/** Time, handed in. `now` is wall-clock ms since the epoch; `monotonic` is ms that never run backwards. */
export interface Clock {
  now(): number
  monotonic(): number
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
