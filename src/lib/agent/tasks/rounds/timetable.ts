import type {Clock} from '../../../core/clock.ts'
import {ScheduleError} from '../../../schedule/error.ts'
import {nextRun} from '../../../schedule/next.ts'
import type {Schedule} from '../../../schedule/schedule.ts'
import {parseWireSchedule} from '../../../schedule/wire.ts'
import type {Task} from '../task.ts'
import {checkOccurrence} from './occurrence.ts'
import {wallOf} from './wall.ts'

export interface TimetableDeps {
  clock: Clock
  /** The machine's own zone, for expressions that name none. */
  zone: string
}

/** What becomes of the rounds. */
export interface Rounds {
  fire(task: Task, roundMs: number): void
  missed(task: Task, rounds: number): void
  /** No round is left: all have been run or passed over. */
  exhausted(task: Task, everFired: boolean): void
  /** The clock has gone back by so much; the schedule goes on at its next moment that was not run. */
  wentBack(task: Task, byMs: number): void
}

interface Entry {
  task: Task
  schedule: Schedule
  /** No round up to here is owed. */
  doneMs: number
  /** Rounds that were fired of late: never again, wherever the clock goes. */
  fired: number[]
  nextMs: number | undefined
}

/** The wall clock is looked at this often at least, so a jump or a suspend is noticed. */
const LOOK_EVERY_MS = 30_000
/** A clock that goes back by less was corrected, not set. */
const SET_BACK_MS = 1000
/** Of each schedule; a clock that was wrong for longer is right to run a round of that name anew. */
const FIRED_KEPT = 1000

/**
 * Fires the rounds of recurring tasks, each once. When the clock is set back, a schedule goes on at its next moment that was not
 * fired: it must not be silent until a time comes again that was wrong.
 */
export class Timetable {
  readonly #deps: TimetableDeps
  readonly #entries = new Map<string, Entry>()
  #wake = new AbortController()
  /** Both clocks when they were last looked at. */
  #seen: {wallMs: number; monotonicMs: number} | undefined

  constructor(deps: TimetableDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#entries.size
  }

  /** What a report of this task tells of the clock; nothing for one that is no schedule. */
  wallOf(taskId: string): Record<string, string> {
    const entry = this.#entries.get(taskId)
    const {clock, zone} = this.#deps
    return entry === undefined ? {} : wallOf(entry.schedule, {nowMs: clock.now(), zone})
  }

  versions(): Map<string, number> {
    return new Map([...this.#entries.values()].map(({task}) => [task.id, task.invokeVersion]))
  }

  /**
   * Takes the place of an older version. Rounds up to `doneMs` are not owed, and those in `fired` are not run again.
   * @throws ScheduleError when it cannot be understood.
   */
  put(task: Task, doneMs: number, fired: readonly number[] = []): void {
    const schedule = parseWireSchedule(task.repeat as 'Period' | 'Rate' | 'At', task.expression)
    const entry: Entry = {task, schedule, doneMs, fired: [...fired], nextMs: undefined}
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
  async run(signal: AbortSignal, rounds: Rounds): Promise<void> {
    while (!signal.aborted) {
      const nowMs = this.#deps.clock.now()
      const backMs = this.#wentBackBy(nowMs)
      for (const entry of [...this.#entries.values()]) {
        if (backMs > SET_BACK_MS) this.#goBack(entry, nowMs, backMs, rounds)
        this.#look(entry, nowMs, rounds)
      }
      this.#wake = new AbortController()
      const wakeUp = (): void => this.#wake.abort()
      signal.addEventListener('abort', wakeUp, {once: true})
      await this.#deps.clock.sleep(this.#pauseMs(), this.#wake.signal)
      signal.removeEventListener('abort', wakeUp)
    }
  }

  #wentBackBy(wallMs: number): number {
    const monotonicMs = this.#deps.clock.monotonic()
    const seen = this.#seen ?? {wallMs, monotonicMs}
    this.#seen = {wallMs, monotonicMs}
    return seen.wallMs + (monotonicMs - seen.monotonicMs) - wallMs
  }

  #goBack(entry: Entry, nowMs: number, byMs: number, rounds: Rounds): void {
    if (entry.nextMs !== undefined && entry.nextMs <= nowMs) return // it is due all the same
    entry.doneMs = nowMs
    entry.nextMs = this.#after(entry, nowMs)
    rounds.wentBack(entry.task, byMs)
  }

  #look(entry: Entry, nowMs: number, rounds: Rounds): void {
    const {fire, missed, nextMs} = checkOccurrence(entry.nextMs, nowMs, (ms) => this.#after(entry, ms))
    if (fire === undefined && missed === 0) return
    entry.nextMs = nextMs
    if (missed > 0) rounds.missed(entry.task, missed)
    if (fire !== undefined) {
      entry.doneMs = fire
      entry.fired = [...entry.fired.slice(1 - FIRED_KEPT), fire]
      rounds.fire(entry.task, fire)
    }
    if (nextMs !== undefined) return
    this.#entries.delete(entry.task.id)
    rounds.exhausted(entry.task, fire !== undefined)
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
    for (let afterMs = ms; ; ) {
      const next = nextRun(entry.schedule, {afterMs, originMs, zone: this.#deps.zone})
      if (next === undefined || next <= afterMs) return undefined
      if (!entry.fired.includes(next)) return next
      afterMs = next
    }
  }
}
