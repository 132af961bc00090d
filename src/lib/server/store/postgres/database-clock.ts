import type {Clock} from '../../../core/clock.ts'

export interface DatabaseClock {
  readonly clock: Clock
  /** It was this time there (Unix ms) at some moment since `askedAtMs` of the monotonic clock. */
  set(atMs: number, askedAtMs: number): void
}

/** An answer that took longer says too little, unless nothing better has come for a while. */
const FRESH_MS = 500
const STALE_MS = 60_000
/** What the way there and back may make of it; smaller differences are no news. */
const NOISE_MS = 25

/**
 * The time of the database, carried on by this machine's monotonic clock: servers that share a database judge deadlines by one clock,
 * whatever their own say. Until it was set once, the machine's own time.
 */
export function createDatabaseClock(base: Clock): DatabaseClock {
  let known: {atMs: number; monotonicMs: number} | undefined
  let setAtMs = Number.NEGATIVE_INFINITY
  const at = (monotonicMs: number): number | undefined => known && known.atMs + monotonicMs - known.monotonicMs
  return {
    clock: {...base, now: () => Math.round(at(base.monotonic()) ?? base.now())},
    set: (atMs, askedAtMs) => {
      const nowMs = base.monotonic()
      const tookMs = nowMs - askedAtMs
      if (tookMs > FRESH_MS && nowMs - setAtMs < STALE_MS) return
      setAtMs = nowMs
      const monotonicMs = askedAtMs + tookMs / 2
      const before = at(monotonicMs)
      if (before === undefined || Math.abs(before - atMs) > NOISE_MS) known = {atMs, monotonicMs}
    },
  }
}
