import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {systemReason} from '../../core/system-reason.ts'
import type {Ended, Run} from './run.ts'

export interface RunnerDeps {
  /** Never rejects. */
  execute(run: Run, stop: AbortSignal): Promise<Ended>
  ended(taskId: string, how: Ended): void
  maxRunning: number
  clock: Clock
  log: Logger
}

/** Runs at most so many scripts at once. The others wait in order, in memory only: nothing of them has started, so a crash loses nothing. */
export class Runner {
  readonly #deps: RunnerDeps
  readonly #running = new Map<string, AbortController>()
  #queue: Run[] = []
  #closed = false
  #lastActivityMs: number
  #whenIdle: Array<() => void> = []

  constructor(deps: RunnerDeps) {
    this.#deps = deps
    this.#lastActivityMs = deps.clock.now()
  }

  get runningCount(): number {
    return this.#running.size
  }

  get lastActivityMs(): number {
    return this.#running.size > 0 ? this.#deps.clock.now() : this.#lastActivityMs
  }

  /** Queued or running. */
  has(taskId: string): boolean {
    return this.#running.has(taskId) || this.#queue.some(({task}) => task.id === taskId)
  }

  offer(run: Run): void {
    if (this.#closed || this.has(run.task.id)) return
    this.#queue.push(run)
    this.#startNext()
  }

  /** A running one is ended and reports so itself; a queued one is forgotten. */
  stop(taskId: string): 'running' | 'queued' | 'unknown' {
    const controller = this.#running.get(taskId)
    if (controller !== undefined) {
      controller.abort()
      return 'running'
    }
    const left = this.#queue.filter(({task}) => task.id !== taskId)
    const found = left.length < this.#queue.length
    this.#queue = left
    return found ? 'queued' : 'unknown'
  }

  /** Starts nothing any more; what runs goes on. */
  close(): void {
    this.#closed = true
    this.#queue = []
  }

  /** Resolves when nothing runs. */
  idle(): Promise<void> {
    return this.#running.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  #startNext(): void {
    while (this.#running.size < this.#deps.maxRunning) {
      const run = this.#queue.shift()
      if (run === undefined) return
      void this.#start(run)
    }
  }

  async #start(run: Run): Promise<void> {
    const controller = new AbortController()
    this.#running.set(run.task.id, controller)
    this.#lastActivityMs = this.#deps.clock.now()
    let how: Ended
    try {
      how = await this.#deps.execute(run, controller.signal)
    } catch (error) {
      this.#deps.log.error('a run failed inside the agent', {
        run: run.key,
        reason: systemReason(error) ?? String(error),
      })
    }
    this.#running.delete(run.task.id)
    this.#deps.ended(run.task.id, how)
    this.#lastActivityMs = this.#deps.clock.now()
    this.#startNext()
    if (this.#running.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}
