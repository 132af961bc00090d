import {Config, Errors, flush, run} from '@oclif/core'
import {EXIT_CODES} from '../core/errors.ts'
import {reportError} from './report-error.ts'

/** Runs the command line and ends the process with the exit code of the contract (design: `assist help exit-codes`). */
export async function main(binUrl: string): Promise<void> {
  // A reader that has seen enough, as in `assist … | head`, is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    const config = await Config.load({root: new URL('..', binUrl).pathname})
    await run(process.argv.slice(2), config)
    await flush()
  } catch (error) {
    process.exitCode = error instanceof Errors.ExitError ? (error.oclif.exit ?? EXIT_CODES.bug) : reportError(error)
    await flush().catch(() => {})
  }
}
