import {Errors} from '@oclif/core'
import {AssistError, EXIT_CODES} from '../../core/errors.ts'
import {redact} from '../../core/redact.ts'

/** The one place that turns whatever was thrown into a line for a person (or JSON on stderr) and an exit code. */
export function reportError(error: unknown, as: {json?: boolean} = {}): number {
  const told = describeError(error)
  if (as.json) {
    const {code, message, hint} = told
    process.stderr.write(`${redact(JSON.stringify({error: {code, exitCode: told.exitCode, message, hint}}))}\n`)
  } else {
    const lines = [`Error: ${told.message}`, ...(told.hint ? [`  ${told.hint}`] : [])]
    process.stderr.write(`${redact(lines.join('\n'))}\n`)
  }
  return told.exitCode
}

export interface ToldError {
  code: string
  exitCode: number
  message: string
  hint: string | undefined
}

export function describeError(error: unknown): ToldError {
  if (error instanceof AssistError) {
    return {code: error.code, exitCode: EXIT_CODES[error.code], message: error.message, hint: error.hint}
  }
  if (error instanceof Error && error.name === 'ExitPromptError') {
    return {code: 'interrupted', exitCode: EXIT_CODES.interrupted, message: 'interrupted', hint: undefined}
  }
  if (error instanceof Errors.CLIError) {
    const [first = '', ...rest] = error.message.split('\n').filter((line) => !line.startsWith('See more help'))
    const hint = rest.length > 0 ? rest.join('\n  ') : 'See: assist --help'
    return {code: 'usage', exitCode: EXIT_CODES.usage, message: first, hint}
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'bug',
    exitCode: EXIT_CODES.bug,
    message: `internal error: ${message}`,
    hint: 'This is a bug in assist. Please report it with the command line you used (without secrets).',
  }
}
