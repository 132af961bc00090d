/** What the store or the system says when the data is fine but cannot be reached or written now, and what that means to a caller. */
const REASONS: ReadonlyArray<readonly [codes: RegExp, reason: string]> = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT|53100)/, 'The disk of the server is full.'],
  [/^(SQLITE_READONLY|EROFS|25006)/, 'The database of the server can be read only.'],
  [/^(SQLITE_CANTOPEN|EMFILE|ENFILE|53300)/, 'The server has too many files or connections open.'],
  [/^(SQLITE_IOERR|EIO$)/, 'The disk of the server fails.'],
  [
    /^(SQLITE_(BUSY|LOCKED|NOMEM)|ENOMEM|53\d{3}|57P0\d|08\d{3})/,
    'The database of the server is busy or cannot be reached.',
  ],
]

/**
 * Why the store cannot do its work at the moment, in a sentence for the caller; `undefined`: it is something else. Codes of broken network
 * connections are not among these: those are the callers', and an engine that has connections of its own tells by its own codes.
 */
export function whyUnavailable(error: Error): string | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return REASONS.find(([codes]) => codes.test(code))?.[1]
}
