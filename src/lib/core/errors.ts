/** Why we stopped, as the exit code of the process (a failing script's own code passes through). */
export const EXIT_CODES = {
  usage: 2,
  bug: 70,
  output: 74,
  config: 120,
  refused: 121,
  unreachable: 122,
  neverRan: 123,
  timeout: 124,
  stopped: 125,
  interrupted: 130,
  unread: 141,
  terminated: 143,
} as const

export type ErrorCode = keyof typeof EXIT_CODES

/** Anything we stop for on purpose. Whatever else is thrown is a bug of ours (exit 70). */
export class AssistError extends Error {
  readonly code: ErrorCode
  /** What to do next: a sentence or a command line. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, more: {hint?: string | undefined; cause?: unknown} = {}) {
    super(message, {cause: more.cause})
    this.name = 'AssistError'
    this.code = code
    this.hint = more.hint
  }
}
