import {join} from 'node:path'
import {Command, type Interfaces} from '@oclif/core'
import {systemClock} from '../../system/clock.ts'
import {neutralizeCiCommands} from '../../view/form/ci-commands.ts'
import type {Column, View} from '../../view/form/render.ts'
import {type Connection, connect} from '../connect/connect.ts'
import {type ConnectionFlagValues, type OutputFlagValues, outputFlags} from '../flags/common.ts'
import {checkOutput} from '../terminal/check-output.ts'
import {printLong} from '../terminal/print-long.ts'
import {formatResult, outputFormat, useColor} from '../terminal/show.ts'
import {screen} from '../terminal/standard-output.ts'
import {tell} from '../terminal/tell.ts'
import {hostOf, waitingFor} from '../terminal/waiting-for.ts'
import {createWaitingLine} from '../terminal/waiting-line.ts'
import {commandNames} from './command-names.ts'
import {bareValues, protectValues} from './flag-values.ts'
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

  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(
    options: Interfaces.Input<F, B, A> = this.ctor as Interfaces.Input<F, B, A>,
    argv: string[] = this.argv,
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const flags: Record<string, {char?: string | undefined}> = {...options.baseFlags, ...options.flags}
    const chars = new Set(Object.values(flags).flatMap(({char}) => char ?? []))
    return bareValues(await super.parse(options, protectValues(argv, chars)))
  }

  /** Prints the result to stdout, in the form that flags, profile and terminal ask for. */
  protected async show(
    flags: OutputFlagValues,
    result: unknown,
    view: () => View,
    items?: readonly unknown[],
  ): Promise<void> {
    const stdout = screen()
    const format = outputFormat(flags, stdout, this.#profileOutput)
    const text = await formatResult(
      {result, items, view},
      {
        format,
        query: flags.query,
        columns: flags.columns,
        color: useColor(flags, process.env, stdout),
        width: stdout.columns || DEFAULT_WIDTH,
        isTerminal: stdout.isTTY === true,
        nowMs: systemClock.now(),
        hint: (text) => this.notice(flags, text),
      },
    )
    const shown = neutralizeCiCommands(text, process.env, format)
    const isOff = flags['no-pager'] === true || format !== 'table'
    await printLong(shown, isOff)
  }

  /** A line for the person, on stderr, so that stdout stays the result. */
  protected notice(flags: OutputFlagValues, text: string): void {
    if (!flags.quiet) tell(text)
  }

  /**
   * A connection to the control plane that flags, environment and profiles choose; starts the local one when it is asked for. Whoever changes
   * something names the columns of its views, so that nothing is done whose outcome could not be shown.
   */
  protected async connect(
    flags: ConnectionFlagValues & OutputFlagValues,
    columns?: readonly Column[],
  ): Promise<Connection> {
    if (flags.query !== undefined || columns) await checkOutput(flags, columns ?? [])
    const waiting = createWaitingLine(flags.quiet === true)
    let attempt = 1
    const connection = await waiting.during(
      () => 'getting ready',
      () =>
        connect({
          flags,
          environment: process.env,
          notice: (text) => {
            waiting.clear()
            this.notice(flags, text)
          },
          debug: flags.debug ? tell : undefined,
          onTry: (count) => {
            attempt = count
          },
          version: this.config.version,
          program: this.program,
        }),
    )
    this.#profileOutput = connection.output
    const {endpoint} = connection.ecs
    const what = (): string => `waiting for ${hostOf(endpoint)}${attempt > 1 ? `, try ${attempt}` : ''}`
    return {...connection, ecs: waitingFor(connection.ecs, waiting, what)}
  }

  /** What starts this program again. */
  protected get program(): string {
    return join(this.config.root, 'bin', 'run.js')
  }

  protected override async catch(error: Error): Promise<void> {
    if ('oclif' in error && error.constructor.name === 'ExitError') throw error
    process.exitCode = reportError(
      explainUsage(error, this.ctor, () => commandNames(this.config.root), process.argv.slice(2)),
      {json: asksForJson(this.argv)},
    )
  }
}

/** Looked up in the words themselves, because an error in them is among those to be told. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const words = end < 0 ? argv : argv.slice(0, end)
  return words.includes('--json') || /(^|\0)(-o=?|--output=?)\0?json(\0|$)/.test(words.join('\0'))
}
