import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {systemReason} from '../../core/system-reason.ts'
import type {Ended, Run} from './run.ts'
import type {Task} from './task.ts'

export interface RunnerDeps {
  /** Never rejects. */
  execute(run: Run, stop: AbortSignal): Promise<Ended>
  maxRunning: number
  clock: Clock
  log: Logger
}

interface Waiting {
  run: Run
  settle(how: Ended): void
}

/** Runs at most so many scripts at once. The others wait in order, in memory only: nothing of them has started, so a crash loses nothing. */
export class Runner {
  readonly #deps: RunnerDeps
  readonly #running = new Map<string, {task: Task; controller: AbortController}>()
  #queue: Waiting[] = []
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
    return this.#running.has(taskId) || this.#queue.some(({run}) => run.task.id === taskId)
  }

  /** What is running or waits to. */
  tasks(): Task[] {
    return [...[...this.#running.values()].map(({task}) => task), ...this.#queue.map(({run}) => run.task)]
  }

  /** Resolves with how it ended; never for what still waits when the runner is closed. undefined: its task is here already. */
  offer(run: Run): Promise<Ended> | undefined {
    if (this.#closed || this.has(run.task.id)) return undefined
    const ended = new Promise<Ended>((settle) => this.#queue.push({run, settle}))
    this.#startNext()
    return ended
  }

  /** A running one is ended and reports so itself; a queued one is forgotten. */
  stop(taskId: string): 'running' | 'queued' | 'unknown' {
    const running = this.#running.get(taskId)
    if (running !== undefined) {
      running.controller.abort()
      return 'running'
    }
    const waiting = this.#queue.find(({run}) => run.task.id === taskId)
    if (waiting === undefined) return 'unknown'
    this.#queue = this.#queue.filter((other) => other !== waiting)
    waiting.settle(undefined)
    return 'queued'
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
      const next = this.#queue.shift()
      if (next === undefined) return
      void this.#start(next)
    }
  }

  async #start({run, settle}: Waiting): Promise<void> {
    const controller = new AbortController()
    this.#running.set(run.task.id, {task: run.task, controller})
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
    settle(how)
    this.#lastActivityMs = this.#deps.clock.now()
    this.#startNext()
    if (this.#running.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}
