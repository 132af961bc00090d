import type {Clock} from '../../core/clock.ts'
import type {Follow} from '../../protocol/agent/follow.ts'
import type {OutputWindow} from './window.ts'

/** Held at most for whoever follows; when the next read may not fit any more, the script waits. */
const HELD_BYTES = 1024 * 1024
const READ_BYTES = 64 * 1024
/** So much is worth a report of its own, at once. */
const PRESSING_BYTES = 128 * 1024
/** A run that has just started may be followed: until the answer to its first report, which says so, nothing is let go. */
const FIRST_ANSWER_MS = 2000
/** A server that was restarted has its followers back by then. */
const SILENCE_MS = 15_000
const EXPIRE_EVERY_MS = 1000

export interface FlowRules {
  /** Kept when nobody follows. */
  quotaBytes: number
  /** Whether anybody may follow at all. */
  mayBeFollowed: boolean
}

/**
 * Whether everything that a script prints must arrive, because somebody follows, or the newest of it will do. As long as it must, the
 * script waits while what it printed finds no room; when it need not any more, it goes on, and what is too much is gone.
 */
export class Flow {
  readonly #clock: Clock
  readonly #window: OutputWindow
  readonly #rules: FlowRules
  /** On the monotonic clock; 0: nobody follows. */
  #heldUntilMs = 0
  #follow: Follow | undefined
  #isPaused = false
  #pressing = new AbortController()
  #onRoom: () => void = () => {}

  constructor(clock: Clock, window: OutputWindow, rules: FlowRules) {
    this.#clock = clock
    this.#window = window
    this.#rules = rules
    if (rules.mayBeFollowed) this.#hold(FIRST_ANSWER_MS)
  }

  /** Who reads what the script prints is told to go on. */
  whenRoom(hearer: () => void): void {
    this.#onRoom = hearer
  }

  get isHeld(): boolean {
    return this.#heldUntilMs > 0
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Aborts when there is enough to send at once. */
  get pressing(): AbortSignal {
    return this.#pressing.signal
  }

  /** Something was read. False: nothing more is to be read for now. */
  read(): boolean {
    this.expire()
    if (this.#window.heldBytes >= PRESSING_BYTES) this.#pressing.abort()
    this.#isPaused = this.isHeld && this.#window.heldBytes + READ_BYTES > HELD_BYTES
    return !this.#isPaused
  }

  /** An answer to a report says so. */
  told(follow: Follow | undefined): void {
    if (!this.#rules.mayBeFollowed) return
    this.#follow = follow
    if (follow) this.#hold(SILENCE_MS)
    else this.#release()
  }

  /** Most bytes that may be sent now. */
  get roomBytes(): number {
    if (!this.isHeld || this.#follow === undefined) return this.#rules.quotaBytes
    const sent = this.#window.totalBytes - this.#window.heldBytes
    return Math.max(0, this.#follow.to + this.#follow.room - sent)
  }

  /** What is left is more than may come with the end. */
  get mustFlush(): boolean {
    return this.isHeld && this.#window.heldBytes > this.#rules.quotaBytes
  }

  /** Something was sent. */
  sent(): void {
    if (this.#window.heldBytes < PRESSING_BYTES && this.#pressing.signal.aborted) this.#pressing = new AbortController()
    this.#resume()
  }

  /** A wish that was not repeated is none any more. */
  expire(): void {
    if (this.isHeld && this.#clock.monotonic() >= this.#heldUntilMs) this.#release()
  }

  /** Lets a wish expire also while no report goes out, until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(EXPIRE_EVERY_MS, signal)
      this.expire()
    }
  }

  #hold(forMs: number): void {
    this.#heldUntilMs = this.#clock.monotonic() + forMs
    this.#window.resize(HELD_BYTES)
  }

  #release(): void {
    this.#heldUntilMs = 0
    this.#follow = undefined
    this.#pressing = new AbortController()
    this.#window.resize(this.#rules.quotaBytes)
    this.#resume()
  }

  #resume(): void {
    if (!this.#isPaused || (this.isHeld && this.#window.heldBytes + READ_BYTES > HELD_BYTES)) return
    this.#isPaused = false
    this.#onRoom()
  }
}
