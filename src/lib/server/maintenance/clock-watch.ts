import type {Clock} from '../../core/clock.ts'

/** Knows whether the wall clock can be believed, by the time that has really passed. */
export interface ClockWatch {
  /** Something that happened at this time (Unix ms) is stored: the clock was there once. */
  remember(atMs: number): void
  /** By how much the clock has jumped; 0: it has not, or it has held the new time for a day. */
  jumpMs(): number
  /** The jump was a moment ago, so that it may go back as soon; nothing urgent depends on believing it yet. */
  isFresh(): boolean
}

/** Corrections up to this are daily business. */
const TOLERANCE_MS = 5 * 60_000
const DAY_MS = 86_400_000
const FRESH_MS = 60_000

/**
 * Pure but for the clock. A stop of the server, or a machine that slept, looks like a jump, too: what was to be forgotten is then kept a
 * day longer, which harms nobody.
 */
export function createClockWatch(clock: Pick<Clock, 'now' | 'monotonic'>): ClockWatch {
  let believed = {wallMs: clock.now(), atMs: clock.monotonic()}
  let jumpedAtMs: number | undefined

  function jumpMs(): number {
    const [wallMs, atMs] = [clock.now(), clock.monotonic()]
    const byMs = wallMs - (believed.wallMs + atMs - believed.atMs)
    if (Math.abs(byMs) > TOLERANCE_MS) {
      jumpedAtMs ??= atMs
      if (atMs - jumpedAtMs < DAY_MS) return byMs
    }
    believed = {wallMs, atMs}
    jumpedAtMs = undefined
    return 0
  }

  return {
    jumpMs,
    remember: (wallMs) => {
      // A day may pass without a call; more, and the clock or the server was somewhere else.
      if (Math.abs(clock.now() - wallMs) > DAY_MS) believed = {wallMs, atMs: clock.monotonic()}
    },
    isFresh: () => jumpMs() !== 0 && jumpedAtMs !== undefined && clock.monotonic() - jumpedAtMs < FRESH_MS,
  }
}
