import {rmSync} from 'node:fs'
import {join} from 'node:path'
import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {whyNot} from '../../core/system-reason.ts'
import {writeWhole} from './files.ts'

const LOOK_EVERY_MS = 10_000
const IDLE_MS = 3_600_000
/** As much as a run needs at least. */
const PROBE = 'x'.repeat(8192)

/** Knows whether the disk of the agent's folder takes new files, says so once each time that changes, and notices when it does again. */
export class DiskWatch {
  readonly #deps: {stateDir: string; clock: Clock; log: Logger}
  #refusing = false
  #wake = new AbortController()

  constructor(deps: {stateDir: string; clock: Clock; log: Logger}) {
    this.#deps = deps
  }

  /** It has just refused something. */
  refused(error: unknown): void {
    if (this.#refusing) return
    this.#refusing = true
    const {log, stateDir} = this.#deps
    log.error(
      'the disk takes nothing new: scripts that run once run from memory, rounds of schedules do not run until it does',
      {folder: stateDir, reason: whyNot(error)},
    )
    this.#wake.abort()
  }

  /** It has just taken something. */
  took(): void {
    if (this.#refusing) this.#wake.abort()
  }

  /** Until aborted. `onRoom`: it takes new files again, so what could not be kept can be kept now. */
  async run(signal: AbortSignal, onRoom: () => Promise<void> | void): Promise<void> {
    signal.addEventListener('abort', () => this.#wake.abort(), {once: true})
    while (!signal.aborted) {
      this.#wake = new AbortController()
      await this.#deps.clock.sleep(this.#refusing ? LOOK_EVERY_MS : IDLE_MS, this.#wake.signal)
      if (signal.aborted || !this.#refusing || !this.#takesFiles()) continue
      this.#refusing = false
      this.#deps.log.info('the disk takes new files again', {folder: this.#deps.stateDir})
      await onRoom()
    }
  }

  #takesFiles(): boolean {
    const probe = join(this.#deps.stateDir, '.probe')
    try {
      writeWhole(probe, PROBE)
      rmSync(probe)
      return true
    } catch {
      return false
    }
  }
}
