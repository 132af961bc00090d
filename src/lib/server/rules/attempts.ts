/**
 * How often somebody may be wrong. Whoever fails `burst` times in a row waits `everyMs` for each try after that; who waits gets the
 * tries back. Counted per name, such as an address with the key it claims to have, so that nobody else has to wait too.
 */
export interface Attempts {
  /** Milliseconds until this name may try; 0: now. */
  waitMs(name: string, monotonicMs: number): number
  /** Counts a failure, and tells whether it is worth a record: the first of a series, and the one that used up the tries. */
  failed(name: string, monotonicMs: number): {isFirst: boolean; isLast: boolean}
}

/** Names of strangers; more of them push the oldest out. */
const MOST_NAMES = 10_000

export function createAttempts({burst, everyMs}: {burst: number; everyMs: number}): Attempts {
  // Failures as time: each is worth `everyMs`, and time passing pays them off.
  const debts = new Map<string, number>()
  const debtMs = (name: string, nowMs: number): number => Math.max(0, (debts.get(name) ?? nowMs) - nowMs)
  return {
    waitMs: (name, nowMs) => Math.max(0, Math.ceil(debtMs(name, nowMs) - (burst - 1) * everyMs)),
    failed: (name, nowMs) => {
      const before = debtMs(name, nowMs)
      debts.delete(name)
      debts.set(name, nowMs + before + everyMs)
      const oldest = debts.keys().next().value
      if (debts.size > MOST_NAMES && oldest !== undefined) debts.delete(oldest)
      const limit = (burst - 1) * everyMs
      return {isFirst: before === 0, isLast: before <= limit && before + everyMs > limit}
    },
  }
}
