import {Command} from '@oclif/core'
import type {View} from '../view/render.ts'
import {type Connection, connect} from './connect.ts'
import {type ConnectionFlagValues, type OutputFlagValues, outputFlags} from './flags.ts'
import {reportError} from './report-error.ts'
import {formatResult, outputFormat, useColor} from './show.ts'

const DEFAULT_WIDTH = 80

/** Parse, act, show: a command does these three and nothing else. */
export abstract class BaseCommand extends Command {
  static override baseFlags = outputFlags

  /** Prints the result to stdout, in the form that flags and terminal ask for. */
  protected async show(flags: OutputFlagValues, result: unknown, view: () => View): Promise<void> {
    const text = await formatResult(result, view, {
      format: outputFormat(flags, process.stdout),
      query: flags.query,
      columns: flags.columns,
      color: useColor(flags, process.env, process.stdout),
      width: process.stdout.columns ?? DEFAULT_WIDTH,
    })
    process.stdout.write(text)
  }

  /** A line for the person, on stderr, so that stdout stays the result. */
  protected notice(flags: OutputFlagValues, text: string): void {
    if (!flags.quiet) process.stderr.write(`${text}\n`)
  }

  /** A connection to the control plane that flags, environment and profiles choose; starts the local one when it is asked for. */
  protected connect(flags: ConnectionFlagValues & OutputFlagValues): Promise<Connection> {
    return connect({
      flags,
      environment: process.env,
      notice: (text) => this.notice(flags, text),
      debug: flags.debug ? (text) => process.stderr.write(`${text}\n`) : undefined,
    })
  }

  protected override async catch(error: Error): Promise<void> {
    const json = this.argv.includes('--json') || /(^|\0)(-o|--output)[\0=]json(\0|$)/.test(this.argv.join('\0'))
    if ('oclif' in error && error.constructor.name === 'ExitError') throw error
    process.exitCode = reportError(error, {json})
  }
}
