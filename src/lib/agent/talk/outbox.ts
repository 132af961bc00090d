import {backoffMs} from '../../core/backoff.ts'
import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import type {TaskReport} from '../../protocol/agent/reports.ts'
import type {Outcome, SendReport} from './report.ts'

export interface Letter {
  taskId: string
  /** Makes sure that it is not lost before it has arrived. Done once, before anything is sent, while it is being signed. */
  keep?(): void
  /** Read anew for every try, so that a long outage fills no memory; undefined: there is nothing to send any more. */
  load(): {report: TaskReport; body: Uint8Array} | undefined
  /** The server has it, or will never want it. */
  done(outcome: Outcome): Promise<void>
}

export interface OutboxDeps {
  send: SendReport
  clock: Clock
  random(): number
  log: Logger
}

const RETRY = {baseMs: 1000, capMs: 60_000}
const UNAUTHORISED_MS = 60_000
const REFUSED_MS = 300_000
const REFUSED_FOR_MS = 86_400_000
const IDLE_MS = 3_600_000

interface Waiting {
  letter: Letter
  dueMs: number
  refusedSinceMs: number | undefined
}

/**
 * Delivers what must arrive. A letter is tried at once; while the server cannot be reached all wait together, with growing pauses
 * and for ever. What the server refuses to read is tried every five minutes for a day.
 */
export class Outbox {
  readonly #deps: OutboxDeps
  #waiting: Waiting[] = []
  readonly #underWay = new Set<Promise<void>>()
  /** In a row. */
  #failures = 0
  /** Nobody tries before, on the monotonic clock. */
  #closedUntilMs = 0
  #wake = new AbortController()

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  /** Letters that have not arrived. */
  get size(): number {
    return this.#waiting.length + this.#underWay.size
  }

  /** Resolves when no letter is under way; those that wait stay. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async post(letter: Letter): Promise<void> {
    const item: Waiting = {letter, dueMs: 0, refusedSinceMs: undefined}
    if (this.#deps.clock.monotonic() >= this.#closedUntilMs) return this.#try(item, letter.keep)
    letter.keep?.()
    this.#wait(item, 0)
  }

  /** The server was just heard of: no need to wait out the pause. */
  serverIsBack(): void {
    this.#failures = 0
    this.#closedUntilMs = 0
    this.#wake.abort()
  }

  /** Until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake.abort(), {once: true})
    while (!signal.aborted) {
      const nowMs = this.#deps.clock.monotonic()
      const nextMs = Math.max(this.#closedUntilMs, Math.min(...this.#waiting.map(({dueMs}) => dueMs)))
      if (nextMs > nowMs) {
        this.#wake = new AbortController()
        await this.#deps.clock.sleep(Math.min(nextMs - nowMs, IDLE_MS), this.#wake.signal)
        continue
      }
      const item = this.#waiting.find(({dueMs}) => dueMs <= nowMs)
      this.#waiting = this.#waiting.filter((other) => other !== item)
      if (item !== undefined) await this.#try(item)
    }
  }

  #try(item: Waiting, meanwhile?: () => void): Promise<void> {
    const trying = this.#deliver(item, meanwhile).finally(() => this.#underWay.delete(trying))
    this.#underWay.add(trying)
    return trying
  }

  async #deliver(item: Waiting, meanwhile?: () => void): Promise<void> {
    const content = this.#load(item)
    if (content === undefined) return
    const sending = this.#deps.send(content.report, content.body)
    meanwhile?.()
    const outcome = await sending
    if (outcome !== 'unreachable') this.#failures = 0
    if (outcome === 'taken' || outcome === 'unknown') await this.#finish(item, outcome)
    else {
      this.#deps.log.warn('a report was not taken', {task: item.letter.taskId, kind: content.report.kind, outcome})
      await this.#tryLater(item, outcome)
    }
  }

  /** A letter that cannot be read must not keep the others from going out. */
  #load({letter}: Waiting): ReturnType<Letter['load']> {
    try {
      return letter.load()
    } catch (error) {
      this.#deps.log.error('a report cannot be read, so it is not sent', {task: letter.taskId, reason: String(error)})
      return undefined
    }
  }

  async #tryLater(item: Waiting, outcome: Exclude<Outcome, 'taken' | 'unknown'>): Promise<void> {
    const nowMs = this.#deps.clock.monotonic()
    if (outcome === 'unreachable') {
      // Letters that were under way together when the server went have met one outage, not several.
      if (nowMs >= this.#closedUntilMs) {
        this.#failures++
        this.#closedUntilMs = nowMs + backoffMs(this.#failures, RETRY, this.#deps.random)
      }
      return this.#wait(item, 0)
    }
    if (outcome === 'unauthorised') return this.#wait(item, UNAUTHORISED_MS)
    item.refusedSinceMs ??= nowMs
    if (nowMs - item.refusedSinceMs > REFUSED_FOR_MS) await this.#finish(item, outcome)
    else this.#wait(item, REFUSED_MS)
  }

  async #finish({letter}: Waiting, outcome: Outcome): Promise<void> {
    await letter.done(outcome).catch((error: unknown) => {
      this.#deps.log.error('a run could not be put away', {task: letter.taskId, reason: String(error)})
    })
  }

  #wait(item: Waiting, pauseMs: number): void {
    item.dueMs = this.#deps.clock.monotonic() + pauseMs
    this.#waiting.push(item)
    this.#wake.abort()
  }
}
