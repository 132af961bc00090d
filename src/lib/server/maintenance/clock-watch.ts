import type {Clock} from '../../core/clock.ts'

/** Knows whether the wall clock can be believed, by the time that has really passed. */
export interface ClockWatch {
  /** The clock was there before this process began (Unix ms). */
  remember(atMs: number): void
  /** By how much the clock has jumped; 0: it has not, or it has held the new time for a day. */
  jumpMs(): number
  /** The jump was a moment ago, so that it may go back as soon; nothing urgent depends on believing it yet. */
  isFresh(): boolean
  /** Whether what is old by the clock may be deleted. */
  mayForget(): boolean
  /** True once after a jump has held for so long that it is believed. */
  takeBelieved(): boolean
}

/** Corrections up to this are daily business. */
const TOLERANCE_MS = 5 * 60_000
const DAY_MS = 86_400_000
const FRESH_MS = 60_000
/** A machine that was off may start in the wrong time zone, and is put right by the network within minutes. */
const SETTLING_MS = 9 * 60_000

/**
 * Pure but for the clock. A machine that slept looks like a jump, too: what was to be forgotten is then kept a day longer, which harms
 * nobody.
 */
export function createClockWatch(clock: Pick<Clock, 'now' | 'monotonic'>): ClockWatch {
  let believed = {wallMs: clock.now(), atMs: clock.monotonic()}
  let jumpedAtMs: number | undefined
  let settledAtMs = Number.NEGATIVE_INFINITY
  let isBelievedAnew = false

  function jumpMs(): number {
    const [wallMs, atMs] = [clock.now(), clock.monotonic()]
    const byMs = wallMs - (believed.wallMs + atMs - believed.atMs)
    if (Math.abs(byMs) > TOLERANCE_MS) {
      jumpedAtMs ??= atMs
      if (atMs - jumpedAtMs < DAY_MS) return byMs
      isBelievedAnew = true
    }
    believed = {wallMs, atMs}
    jumpedAtMs = undefined
    return 0
  }

  return {
    jumpMs,
    remember: (wallMs) => {
      const byMs = clock.now() - wallMs
      if (Math.abs(byMs) <= TOLERANCE_MS) return
      // It may have been off for a day; not for longer, nor may time have gone back meanwhile.
      if (byMs > 0 && byMs <= DAY_MS) settledAtMs = clock.monotonic() + SETTLING_MS
      else believed = {wallMs, atMs: clock.monotonic()}
    },
    isFresh: () => jumpMs() !== 0 && jumpedAtMs !== undefined && clock.monotonic() - jumpedAtMs < FRESH_MS,
    mayForget: () => jumpMs() === 0 && clock.monotonic() >= settledAtMs,
    takeBelieved: () => {
      const isAnew = isBelievedAnew
      isBelievedAnew = false
      return isAnew
    },
  }
}
