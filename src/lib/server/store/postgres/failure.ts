/** What the database or the way to it said, without the values that were in it. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure'
  constructor(
    /** SQLSTATE; 08006 also for whatever befalls a connection. */
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** Connection failure, as SQL has it. */
const NO_CONNECTION = '08006'

/** Classes whose messages repeat what was given. */
const TELLS_VALUES = /^22/

/**
 * Makes an error of the driver one that may be logged: its details hold rows, and where it has no code of SQL, a connection was lost,
 * refused or too slow.
 */
export function toFailure(error: unknown): DatabaseFailure {
  if (error instanceof DatabaseFailure) return error
  const {code, message, severity} = error as {code?: unknown; message?: unknown; severity?: unknown}
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && severity !== undefined) {
    return new DatabaseFailure(
      code,
      TELLS_VALUES.test(code) ? `a value does not fit (${code})` : `${message} (${code})`,
    )
  }
  const reason = typeof message === 'string' && message !== '' ? message : typeof code === 'string' ? code : 'unknown'
  return new DatabaseFailure(NO_CONNECTION, `the connection to the database failed: ${reason}`)
}

/** After it the session is of no use, or nobody knows what it still does. */
export function endsSession({code}: DatabaseFailure): boolean {
  return /^(08|57P0|25P03)/.test(code)
}

/** Two transactions were in each other's way; one of them may be run again. */
export function isConflict(error: unknown): boolean {
  return error instanceof DatabaseFailure && (error.code === '40001' || error.code === '40P01')
}
