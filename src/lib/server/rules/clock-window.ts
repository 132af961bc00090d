/** A time stamp of a caller or an agent may differ by this much from our clock, either way. */
export const CLOCK_WINDOW_MS = 15 * 60_000

/** What may be used once must be remembered for as long as its time stamp could be accepted: twice the window, and a minute to spare. */
export const NONCE_KEPT_MS = 2 * CLOCK_WINDOW_MS + 60_000
