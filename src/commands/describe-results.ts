import {Args, Flags} from '@oclif/core'
import {parseCount} from '../lib/actions/fields/check-fields.ts'
import {concludeRun} from '../lib/actions/run/conclude-run.ts'
import {describeResults, followInvocation, parseResultsFilter} from '../lib/actions/run/describe-results.ts'
import {RunningCommand} from '../lib/cli/command/running-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {listFlags} from '../lib/cli/flags/list.ts'
import {showFlags} from '../lib/cli/flags/run.ts'
import {resultsView, summaryLines} from '../lib/view/run/run-command.ts'

export default class DescribeResults extends RunningCommand {
  static override aliases = ['results']
  static override summary = 'Show what a script printed and how it ended, on each instance.'
  static override examples = [
    '<%= config.bin %> results t-hz0abc',
    '<%= config.bin %> results t-hz0abc --follow',
    '<%= config.bin %> results t-hz0abc --history --json',
    '<%= config.bin %> results --instance i-bp1abc --limit 20',
  ]
  static override args = {
    invokeId: Args.string({description: 'Invocation to look at (t-…).', ignoreStdin: true}),
  }
  static override flags = {
    ...connectionFlags,
    'invoke-id': Flags.string({description: 'The invocation, as a flag.', helpGroup: 'FILTER', helpValue: 'ID'}),
    instance: Flags.string({char: 'i', description: 'Only this instance.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'command-id': Flags.string({description: 'Only uses of this command.', helpGroup: 'FILTER', helpValue: 'ID'}),
    status: Flags.string({
      options: ['Running', 'Finished', 'Success', 'Failed', 'PartialFailed', 'Stopped', 'Stopping'],
      description: 'Only with this status.',
      helpGroup: 'FILTER',
    }),
    'resource-group': Flags.string({description: 'Only of this group.', helpGroup: 'FILTER', helpValue: 'ID'}),
    tag: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Only with this tag.',
      helpGroup: 'FILTER',
      helpValue: 'KEY=VALUE',
    }),
    history: Flags.boolean({description: 'Every round of a recurring one.', helpGroup: 'FILTER'}),
    follow: Flags.boolean({
      description: 'Attach to a running one: print as it comes, exit with its code.',
      helpGroup: 'WAIT',
      exclusive: ['history', 'status'],
    }),
    'exit-policy': Flags.string({
      options: ['largest', 'class'],
      description: 'With --follow, as in run.',
      helpGroup: 'WAIT',
    }),
    ...showFlags(),
    ...listFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(DescribeResults)
    const filter = parseResultsFilter(flags, args.invokeId)
    const limit = parseCount(flags.limit, '--limit', {min: 1, max: 100_000}) ?? 1000
    const connection = await this.connect(flags)
    const {ecs} = connection
    const {invokeId} = filter
    if (flags.follow && invokeId !== undefined) {
      const timeoutMs = flags.timeout === undefined ? undefined : Number(flags.timeout)
      await this.carry(flags, connection, async (tools, signal) => {
        const done = await followInvocation(
          {...tools, ecs},
          {invokeId, instanceId: filter.instanceId, timeoutMs},
          signal,
        )
        const exitPolicy = flags['exit-policy'] === 'class' ? 'class' : 'largest'
        const {exitCode, goesOn} = concludeRun(done, {exitPolicy, again: this.again(flags)})
        const {results} = done.result
        const notices = [...summaryLines(results), ...goesOn]
        return {result: done.result, exitCode, wasLive: true, notices, view: () => resultsView(results)}
      })
      return
    }
    const {result, hasMore} = await describeResults({ecs}, filter, limit)
    await this.show(flags, result, () => resultsView(result.results), result.results)
    if (hasMore) this.notice(flags, `Only the first ${limit} are shown; --limit N shows more.`)
  }
}
