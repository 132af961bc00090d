import {EXIT_CODES} from '../../core/errors.ts'
import {systemReason} from '../../core/system-reason.ts'

/**
 * Ends the process in good order when its own streams can't be written. A reader that has seen enough, as in `assist … | head`, ends us the way
 * SIGPIPE would: not with 0, because nobody knows yet how the script ends.
 */
export function guardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.unread)
    process.stderr.write(
      `Error: the result could not be written to standard output: ${systemReason(error) ?? error.message}\n`,
    )
    process.exit(EXIT_CODES.output)
  })
  // Nobody is left to be told.
  process.stderr.on('error', () => {})
}
