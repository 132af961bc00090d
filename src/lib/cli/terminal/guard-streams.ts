import {EXIT_CODES} from '../../core/errors.ts'
import {systemReason} from '../../core/system-reason.ts'

/** Ends the process in good order when its own streams can't be written; each is made when it is first used, and guarded then. */
export function guardStreams(): void {
  whenMade('stdout', (stream) => stream.on('error', unwritable))
  // Nobody is left to be told.
  whenMade('stderr', (stream) => stream.on('error', () => {}))
}

/**
 * A reader that has seen enough, as in `assist … | head`, ends us the way SIGPIPE would: not with 0, because nobody knows yet how the script ends.
 */
export function unwritable(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(EXIT_CODES.unread)
  process.stderr.write(
    `Error: the result could not be written to standard output: ${systemReason(error) ?? error.message}\n`,
  )
  process.exit(EXIT_CODES.output)
}

/** Node makes its standard streams when they are first asked for. */
function whenMade(name: 'stdout' | 'stderr', guard: (stream: NodeJS.WriteStream) => void): void {
  const made = Object.getOwnPropertyDescriptor(process, name)
  const get = made?.get
  if (!get) {
    guard(process[name])
    return
  }
  let stream: NodeJS.WriteStream | undefined
  Object.defineProperty(process, name, {
    ...made,
    get: () => {
      if (!stream) {
        stream = get.call(process) as NodeJS.WriteStream
        guard(stream)
      }
      return stream
    },
  })
}
