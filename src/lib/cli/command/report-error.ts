import {Errors} from '@oclif/core'
import {AssistError, EXIT_CODES} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {redact} from '../../core/redact.ts'
import {systemReason} from '../../core/system-reason.ts'
import {writeErr} from '../terminal/standard-output.ts'
import {tell} from '../terminal/tell.ts'
import {explainUsage} from './usage-error.ts'

/** The one place that turns whatever was thrown into a line for a person (or JSON on stderr) and an exit code. */
export function reportError(error: unknown, as: {json?: boolean} = {}): number {
  const told = describeError(error)
  if (as.json) {
    const {code, message, hint} = told
    writeErr(`${redact(JSON.stringify({error: {code, exitCode: told.exitCode, message, hint}}))}\n`)
  } else {
    const lines = [`Error: ${told.message}`, ...(told.hint ? [`  ${told.hint}`] : [])]
    tell(redact(lines.join('\n')))
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
  if (error instanceof Errors.CLIError) return describeError(explainUsage(error, {}, () => []))
  const reason = systemReason(error)
  if (reason !== undefined) return systemError(error as NodeJS.ErrnoException, reason)
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'bug',
    exitCode: EXIT_CODES.bug,
    message: `internal error: ${message}`,
    hint: 'This is a bug in assist. Please report it with the command line you used (without secrets).',
  }
}

/** A file or an address that this machine would not give us: whose move it is the person knows best. */
function systemError({path, syscall}: NodeJS.ErrnoException, reason: string): ToldError {
  const where = path === undefined ? (syscall ?? 'the system') : quote(path)
  return {code: 'config', exitCode: EXIT_CODES.config, message: `${where}: ${reason}`, hint: undefined}
}
