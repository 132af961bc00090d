/** Codes by which the engines say that the data is fine but cannot be reached or written now: full disk, lock, lost connection. */
const UNAVAILABLE =
  /^(SQLITE_(FULL|IOERR|BUSY|READONLY|LOCKED)|53\d{3}|57P0\d|08\d{3}|ECONNREFUSED|ECONNRESET|ETIMEDOUT)/

/** True when trying again later may help. */
export function isStoreUnavailable(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && UNAVAILABLE.test(error.code)
}
