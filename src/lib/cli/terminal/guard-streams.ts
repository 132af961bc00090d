import {EXIT_CODES} from '../../core/errors.ts'

/**
 * Ends the process in good order when its own streams can't be written. A reader that has seen enough, as in `assist … | head`, ends us the way
 * SIGPIPE would: not with 0, because nobody knows yet how the script ends.
 */
export function guardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.unread)
    process.stderr.write(`Error: the result could not be written to standard output: ${reasonOf(error)}\n`)
    process.exit(EXIT_CODES.output)
  })
  // Nobody is left to be told.
  process.stderr.on('error', () => {})
}

function reasonOf({code, message}: NodeJS.ErrnoException): string {
  return REASONS[code ?? ''] ?? message
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left there',
  EDQUOT: 'the quota there is used up',
  EFBIG: 'the file there has become too large',
  EIO: 'the device reports an error, or the terminal is gone',
  EBADF: 'it is closed',
}
