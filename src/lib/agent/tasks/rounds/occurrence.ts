/** One look at a schedule. */
export interface Check {
  /** The occurrence to run now. */
  fire: number | undefined
  /** How many were passed over; `MISSED_COUNTED` stands for "that many or more". */
  missed: number
  /** When to look again; undefined when nothing is left. */
  nextMs: number | undefined
}

/** A round that is late by no more is made up for. */
export const LATE_MS = 60_000
export const MISSED_COUNTED = 1000

/**
 * What is due at `nowMs`, when `nextMs` is the first occurrence that has not been run. Of several that are late only the newest is run,
 * so neither sleep nor a jump of the clock ends in a burst. `after` gives the first occurrence later than a moment.
 */
export function checkOccurrence(
  nextMs: number | undefined,
  nowMs: number,
  after: (ms: number) => number | undefined,
): Check {
  if (nextMs === undefined || nextMs > nowMs) return {fire: undefined, missed: 0, nextMs}
  let missed = 0
  let newest = nextMs
  let following = after(nextMs)
  while (following !== undefined && following <= nowMs) {
    missed++
    newest = following
    // Long ago: leave the uncounted rest out, so that a year of seconds costs no more than an hour of them.
    following = after(missed < MISSED_COUNTED ? following : Math.max(following, nowMs - LATE_MS - 1))
  }
  if (nowMs - newest <= LATE_MS) return {fire: newest, missed, nextMs: following}
  return {fire: undefined, missed: missed + 1, nextMs: following}
}
