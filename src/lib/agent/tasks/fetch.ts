import {backoffMs} from '../../core/backoff.ts'
import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {encodeFetch} from '../../protocol/agent/fetch.ts'
import {encodeHeld, type HeldTask, MOST_HELD} from '../../protocol/agent/held.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {Machine} from '../machine.ts'
import type {Connection} from '../talk/connection.ts'
import {decodeTaskList, type TaskList} from './decode.ts'

export interface FetchDeps {
  connection: Connection
  clock: Clock
  random(): number
  machine: Machine
  log: Logger
  coldStart: boolean
  /** The server knows our additions; with others an empty list after a kick is asked for once more. */
  assist: boolean
  /** How many scripts run at once; told to such a server. */
  slots: number
  /** What is not over here; told to a server that knows our additions. */
  held(): HeldTask[]
  onList(list: TaskList, first: boolean): void
}

const TIMEOUT_MS = 8000
const RETRY = {baseMs: 1000, capMs: 60_000}
const EMPTY_AGAIN_MS = 3000
const BUSY_AGAIN_MS = 2000
const BUSY_CODE = 408

/**
 * Asks the server what there is to do: one question at a time, and never none after something called for one, since the answer
 * under way may be older than the call. Failures are repeated for ever with growing pauses.
 */
export class Fetcher {
  readonly #deps: FetchDeps
  /** What called since the last question went out. */
  #calls: Array<string | undefined> = []
  #first = true
  /** How much of what is held the server has been told since the last reconciling began; undefined: all of it. */
  #told: number | undefined = undefined
  #wake = new AbortController()

  constructor(deps: FetchDeps) {
    this.#deps = deps
  }

  call(taskId?: string): void {
    this.#calls.push(taskId)
    this.#wake.abort()
  }

  /** Asks, and says what is held, so that the server can tell what of it must end. */
  reconcile(): void {
    this.#told = this.#deps.assist ? 0 : undefined
    this.call()
  }

  /** Until aborted. `everyMs`: without a call a question goes out at least so often. */
  async run(signal: AbortSignal, everyMs: number): Promise<void> {
    signal.addEventListener('abort', () => this.#wake.abort(), {once: true})
    let failures = 0
    while (!signal.aborted) {
      if (this.#calls.length === 0) {
        await this.#pause(everyMs)
        if (signal.aborted) return
      }
      const calls = this.#takeCalls()
      const list = await this.#ask(calls)
      if (signal.aborted) return
      if (list !== undefined) {
        failures = 0
        this.#handle(list, calls)
      } else {
        failures++
        // A call that came meanwhile, or comes now, says the server is there again.
        if (this.#calls.length === 0) await this.#pause(backoffMs(failures, RETRY, this.#deps.random))
        this.#calls.push(...calls, ...(calls.length === 0 ? [undefined] : []))
      }
    }
  }

  /** Our server answers with all there is, however it is asked; others with the one task that the question names. */
  #takeCalls(): Array<string | undefined> {
    if (this.#deps.assist || this.#first) return this.#calls.splice(0)
    const [call] = this.#calls
    this.#calls = this.#calls.filter((other) => other !== call)
    return [call]
  }

  async #pause(ms: number): Promise<void> {
    this.#wake = new AbortController()
    await this.#deps.clock.sleep(ms, this.#wake.signal)
  }

  async #ask(calls: ReadonlyArray<string | undefined>): Promise<TaskList | undefined> {
    const {connection, log} = this.#deps
    try {
      const query = this.#query(calls)
      const told = this.#told
      const held = told === undefined ? undefined : this.#deps.held().slice(told)
      const json = held && encodeHeld(held)
      const answer = await connection({method: 'POST', path: AGENT_PATHS.taskList, query, json, timeoutMs: TIMEOUT_MS})
      if (answer.status > 400) throw new Error(`status ${answer.status}`)
      if (held !== undefined && this.#told === told) this.#noteTold(held.length)
      return decodeTaskList(answer.text)
    } catch (error) {
      log.warn('the task list could not be fetched', {reason: (error as Error).message})
      return undefined
    }
  }

  /** The rest goes with the next question, at once. */
  #noteTold(left: number): void {
    this.#told = left > MOST_HELD ? (this.#told ?? 0) + MOST_HELD : undefined
    if (this.#told !== undefined) this.call()
  }

  #handle(list: TaskList, calls: ReadonlyArray<string | undefined>): void {
    const {onList, assist, log} = this.#deps
    if (list.unreadable > 0 || list.otherItems > 0) {
      log.warn('items of the task list were passed over', {unreadable: list.unreadable, unsupported: list.otherItems})
    }
    if (list.code === BUSY_CODE) {
      this.#callIn(BUSY_AGAIN_MS, calls)
      return
    }
    onList(list, this.#first)
    const kicked = calls.some((taskId) => taskId !== undefined)
    const empty = list.run.length + list.stop.length + list.refused.length + list.test.length === 0
    if (empty && kicked && !assist && !this.#first) this.#callIn(EMPTY_AGAIN_MS, calls)
    this.#first = false
  }

  #callIn(ms: number, calls: ReadonlyArray<string | undefined>): void {
    void this.#deps.clock.sleep(ms).then(() => {
      for (const taskId of calls) this.call(taskId)
    })
  }

  #query(calls: ReadonlyArray<string | undefined>): URLSearchParams {
    const {machine, clock, coldStart, assist, slots} = this.#deps
    return encodeFetch({
      startup: this.#first ? {coldStart} : undefined,
      taskId: !this.#first && calls.length === 1 ? calls[0] : undefined,
      nowMs: clock.now(),
      utcOffsetSec: machine.utcOffsetSec(),
      zone: machine.zone,
      slots: assist ? slots : undefined,
    })
  }
}
