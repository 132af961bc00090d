import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {ScheduleError} from '../../schedule/error.ts'
import {nextRun} from '../../schedule/next.ts'
import type {Schedule} from '../../schedule/schedule.ts'
import {parseWireSchedule} from '../../schedule/wire.ts'
import {checkOccurrence} from './occurrence.ts'
import type {Task} from './task.ts'

export interface TimetableDeps {
  clock: Clock
  /** The machine's own zone, for expressions that name none. */
  zone: string
  log: Logger
  fire(task: Task, roundMs: number): void
  missed(task: Task, rounds: number): void
  /** No round is left: all have been run or passed over. */
  exhausted(task: Task, everFired: boolean): void
}

interface Entry {
  task: Task
  schedule: Schedule
  /** No round up to here is ever run, again or at all. */
  doneMs: number
  nextMs: number | undefined
}

/** The wall clock is looked at this often at least, so a jump or a suspend is noticed. */
const LOOK_EVERY_MS = 30_000

/**
 * Fires the rounds of recurring tasks. Rounds of a task only ever go forward: when the clock is set back, it waits until the
 * clock has passed the last round that was fired.
 */
export class Timetable {
  readonly #deps: TimetableDeps
  readonly #entries = new Map<string, Entry>()
  #wake = new AbortController()

  constructor(deps: TimetableDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#entries.size
  }

  versions(): Map<string, number> {
    return new Map([...this.#entries.values()].map(({task}) => [task.id, task.invokeVersion]))
  }

  /** Takes the place of an older version. Rounds up to `doneMs` are not owed. @throws ScheduleError when it cannot be understood. */
  put(task: Task, doneMs: number): void {
    const schedule = parseWireSchedule(task.repeat as 'Period' | 'Rate' | 'At', task.expression)
    const entry: Entry = {task, schedule, doneMs, nextMs: undefined}
    entry.nextMs = this.#after(entry, doneMs)
    if (entry.nextMs === undefined) {
      const reason = schedule.kind === 'at' ? 'AtExpressionExpired' : 'CronExpressionExpired'
      throw new ScheduleError(reason, 'It has no run left.', {position: 0, length: 0})
    }
    this.#entries.set(task.id, entry)
    this.#wake.abort()
  }

  remove(id: string): boolean {
    return this.#entries.delete(id)
  }

  /** Until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const nowMs = this.#deps.clock.now()
      for (const entry of [...this.#entries.values()]) this.#look(entry, nowMs)
      this.#wake = new AbortController()
      const wakeUp = (): void => this.#wake.abort()
      signal.addEventListener('abort', wakeUp, {once: true})
      await this.#deps.clock.sleep(this.#pauseMs(), this.#wake.signal)
      signal.removeEventListener('abort', wakeUp)
    }
  }

  #look(entry: Entry, nowMs: number): void {
    const {fire, missed, nextMs} = checkOccurrence(entry.nextMs, nowMs, (ms) => this.#after(entry, ms))
    if (fire === undefined && missed === 0) return
    entry.nextMs = nextMs
    if (missed > 0) this.#deps.missed(entry.task, missed)
    if (fire !== undefined) {
      entry.doneMs = fire
      this.#deps.fire(entry.task, fire)
    }
    if (nextMs !== undefined) return
    this.#entries.delete(entry.task.id)
    this.#deps.exhausted(entry.task, fire !== undefined)
  }

  /** Without timers that reach far: a clock set forward must not find us asleep for days. */
  #pauseMs(): number {
    const nowMs = this.#deps.clock.now()
    let pauseMs = LOOK_EVERY_MS
    for (const {nextMs} of this.#entries.values()) {
      if (nextMs !== undefined) pauseMs = Math.min(pauseMs, Math.max(0, nextMs - nowMs))
    }
    return pauseMs
  }

  #after(entry: Entry, ms: number): number | undefined {
    const originMs = entry.task.createdMs || entry.doneMs
    const next = nextRun(entry.schedule, {afterMs: ms, originMs, zone: this.#deps.zone})
    return next === undefined || next > ms ? next : undefined
  }
}
