import {Args, Flags} from '@oclif/core'
import {concludeRun} from '../lib/actions/run/conclude-run.ts'
import {chooseCommand, invokeStored, parseInvoke} from '../lib/actions/run/invoke-command.ts'
import {RunningCommand} from '../lib/cli/command/running-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {targetFlags, useFlags, waitFlags} from '../lib/cli/flags/run.ts'
import {surroundings} from '../lib/cli/terminal/surroundings.ts'
import {invokeIdsView, resultsView, runColumns, submittedView, summaryLines} from '../lib/view/run/run-command.ts'

export default class InvokeCommand extends RunningCommand {
  static override aliases = ['invoke']
  static override summary = 'Run a stored command on instances, now or on a schedule.'
  static override description =
    `The command is an id or a name; the only stored one need not be named. A recurring one is not waited for; "results ID --history" shows its rounds.
See also: assist help exit-codes`
  static override usage = '<%= command.id %> [COMMAND] [TARGET] [FLAGS]'
  static override examples = [
    '<%= config.bin %> invoke c-hz0abc -i i-bp1abc --param path=/',
    "<%= config.bin %> invoke c-hz0abc -i i-bp1abc --frequency '0 */10 * * * *'",
    '<%= config.bin %> invoke disk-usage --tag env=prod',
  ]
  static override args = {
    command: Args.string({description: 'Id or name of the stored command.', ignoreStdin: true}),
  }
  static override flags = {
    command: Flags.string({description: 'The command, as a flag.', helpGroup: 'SCRIPT', helpValue: 'ID'}),
    ...connectionFlags,
    ...targetFlags,
    ...useFlags,
    ...waitFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(InvokeCommand)
    const input = await parseInvoke(
      {readInput: surroundings.readInput, nowMs: surroundings.clock.now(), zone: surroundings.zone},
      flags,
      chooseCommand(args.command, flags.command),
    )
    const connection = await this.connect(flags, runColumns(input, flags['print-id']))
    const {ecs, localInstanceId} = connection
    await this.carry(flags, connection, async (tools, signal) => {
      const done = await invokeStored({...tools, ecs, localInstanceId}, input, signal)
      const {exitCode, goesOn} = concludeRun(done, {exitPolicy: input.exitPolicy, again: this.again(flags)})
      const {result} = done
      return {
        result,
        exitCode,
        wasLive: input.wait,
        notices: input.wait ? [...summaryLines(result.results, input.use.repeatMode), ...goesOn] : [],
        view: () => {
          if (input.wait) return resultsView(result.results)
          return flags['print-id'] ? invokeIdsView(result) : submittedView(result)
        },
      }
    })
  }
}
