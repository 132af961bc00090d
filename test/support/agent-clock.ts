import type {Clock} from '../../src/lib/core/clock.ts'

interface Sleeper {
  dueMs: number
  wake(): void
}

/** A clock that stands still until it is told to go on. Sleepers wake by the monotonic time, as Node's timers do. */
export class StandingClock implements Clock {
  #wallMs: number
  #monotonicMs = 0
  #sleepers: Sleeper[] = []

  constructor(wall: string | number) {
    this.#wallMs = typeof wall === 'number' ? wall : Date.parse(wall)
  }

  now(): number {
    return this.#wallMs
  }

  monotonic(): number {
    return this.#monotonicMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper: Sleeper = {dueMs: this.#monotonicMs + Math.max(0, ms), wake: () => finish()}
      const finish = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      signal?.addEventListener('abort', finish, {once: true})
      this.#sleepers.push(sleeper)
    })
  }

  /** Lets time pass, waking everybody at their moment. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms
    await settle()
    for (;;) {
      const next = this.#sleepers.toSorted((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined || next.dueMs > endMs) break
      this.#pass(Math.max(0, next.dueMs - this.#monotonicMs))
      next.wake()
      await settle()
    }
    this.#pass(endMs - this.#monotonicMs)
    await settle()
  }

  /** Somebody sets the clock, or the machine slept: wall time moves alone. */
  jump(ms: number): void {
    this.#wallMs += ms
  }

  /** How long until the next sleeper wakes. */
  nextWakeMs(): number {
    return Math.min(...this.#sleepers.map(({dueMs}) => dueMs)) - this.#monotonicMs
  }

  #pass(ms: number): void {
    this.#monotonicMs += ms
    this.#wallMs += ms
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
