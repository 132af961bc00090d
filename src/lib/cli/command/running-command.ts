import {randomUUID} from 'node:crypto'
import type {Clock} from '../../core/clock.ts'
import {AssistError} from '../../core/errors.ts'
import type {EcsClient} from '../../ecs/client.ts'
import type {View} from '../../view/form/render.ts'
import type {ConnectionFlagValues, OutputFlagValues} from '../flags/common.ts'
import {catchInterrupt, isTerminated} from '../terminal/interrupt.ts'
import {createLive, isLive, type Live, type LiveFlags} from '../terminal/live.ts'
import {createOfflineNamer} from '../terminal/name-offline.ts'
import {surroundings} from '../terminal/surroundings.ts'
import {BaseCommand} from './base-command.ts'

export interface RunningTools {
  listener: Live
  clock: Clock
  random: () => number
  notice(text: string): void
  followerId: string | undefined
}

export interface Finished {
  result: {results: readonly unknown[]}
  view: () => View
  /** The output on stdout was all there is to show, unless a form of the result was asked for. */
  wasLive: boolean
  /** Lines for the person, after the output. */
  notices: string[]
  exitCode: number
}

/** A command that watches scripts run: shows them live, survives Ctrl-C in good order, and exits with their code. */
export abstract class RunningCommand extends BaseCommand {
  protected async carry(
    flags: LiveFlags,
    connection: {ecs: EcsClient; output?: string | undefined},
    work: (tools: RunningTools, signal: AbortSignal) => Promise<Finished>,
  ): Promise<void> {
    const showsOutput = isLive(flags, connection.output)
    const live = createLive(flags, showsOutput)
    const {signal, release} = catchInterrupt()
    const offline = createOfflineNamer({ecs: connection.ecs, say: live.say})
    const listener: Live = {
      ...live,
      started: (invokeIds, targets) => {
        live.started(invokeIds, targets)
        offline.started(targets)
      },
      changed: (results) => {
        live.changed(results)
        offline.changed(results)
      },
    }
    const tools: RunningTools = {
      listener,
      clock: surroundings.clock,
      random: surroundings.random,
      notice: live.say,
      followerId: showsOutput ? randomUUID() : undefined,
    }
    const done = await work(tools, signal)
      .catch((error: unknown) => {
        const isOurs = error instanceof AssistError && error.code === 'interrupted' && isTerminated(signal)
        throw isOurs ? new AssistError('terminated', error.message, {hint: error.hint, cause: error}) : error
      })
      .finally(() => {
        live.end()
        offline.end()
        release()
      })
    if (!done.wasLive || !showsOutput) {
      await this.show(flags, done.result, done.view, done.result.results)
    }
    for (const line of done.notices) this.notice(flags, line)
    process.exitCode = done.exitCode
  }

  /** The flags that reach the same service again, for commands we tell people to type. */
  protected again(flags: ConnectionFlagValues & OutputFlagValues): string {
    const pairs = [
      ['--profile', flags.profile],
      ['--region', flags.region],
      ['--endpoint', flags.endpoint],
      ['--ca-file', flags['ca-file']],
    ] as const
    return pairs.flatMap(([name, value]) => (value === undefined ? [] : [` ${name} ${value}`])).join('')
  }
}
