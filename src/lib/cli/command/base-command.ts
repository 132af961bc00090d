import {join} from 'node:path'
import {Command} from '@oclif/core'
import type {View} from '../../view/render.ts'
import {type Connection, connect} from '../connect/connect.ts'
import {type ConnectionFlagValues, type OutputFlagValues, outputFlags} from '../flags/common.ts'
import {formatResult, outputFormat, useColor} from '../terminal/show.ts'
import {reportError} from './report-error.ts'
import {explainUsage} from './usage-error.ts'

const DEFAULT_WIDTH = 80

/** Parse, act, show: a command does these three and nothing else. */
export abstract class BaseCommand extends Command {
  static override baseFlags = outputFlags

  /** What the profile in use asks for; a flag beats it. */
  #profileOutput: string | undefined

  /** oclif's own looks for deprecations, which takes the whole manifest. */
  protected override async init(): Promise<void> {}

  /** Prints the result to stdout, in the form that flags, profile and terminal ask for. */
  protected async show(flags: OutputFlagValues, result: unknown, view: () => View): Promise<void> {
    const text = await formatResult(result, view, {
      format: outputFormat(flags, process.stdout, this.#profileOutput),
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
  protected async connect(flags: ConnectionFlagValues & OutputFlagValues): Promise<Connection> {
    const connection = await connect({
      flags,
      environment: process.env,
      notice: (text) => this.notice(flags, text),
      debug: flags.debug ? (text) => process.stderr.write(`${text}\n`) : undefined,
      version: this.config.version,
      program: this.program,
    })
    this.#profileOutput = connection.output
    return connection
  }

  /** What starts this program again. */
  protected get program(): string {
    return join(this.config.root, 'bin', 'run.js')
  }

  protected override async catch(error: Error): Promise<void> {
    if ('oclif' in error && error.constructor.name === 'ExitError') throw error
    process.exitCode = reportError(explainUsage(error, this.ctor), {json: asksForJson(this.argv)})
  }
}

/** Looked up in the words themselves, because an error in them is among those to be told. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const words = end < 0 ? argv : argv.slice(0, end)
  return words.includes('--json') || /(^|\0)(-o=?|--output=?)\0?json(\0|$)/.test(words.join('\0'))
}
