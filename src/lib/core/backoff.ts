/**
 * How long to wait before try number `attempt` (1 = the first repeat): half of base·2^(attempt-1), capped, plus a random half,
 * so that many clients that failed together do not come back together. `random` yields 0..1.
 */
export function backoffMs(attempt: number, limits: {baseMs: number; capMs: number}, random: () => number): number {
  const full = Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(attempt - 1, 30))
  return full / 2 + (full / 2) * random()
}

/**
 * Like `backoffMs`, but anywhere between nothing and the whole: those who failed at one moment come back evenly over `baseMs` (then twice
 * that, and so on). For crowds; `random` yields 0..1.
 */
export function spreadMs(attempt: number, limits: {baseMs: number; capMs: number}, random: () => number): number {
  return random() * Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(attempt - 1, 30))
}
