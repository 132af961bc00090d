import {Args, Flags} from '@oclif/core'
import {checkId} from '../lib/actions/fields/check-fields.ts'
import {concludeStop, stop} from '../lib/actions/run/stop-invocation.ts'
import {parseInstanceIds} from '../lib/actions/target/parse-targets.ts'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {catchInterrupt, isTerminated} from '../lib/cli/terminal/interrupt.ts'
import {surroundings} from '../lib/cli/terminal/surroundings.ts'
import {EXIT_CODES} from '../lib/core/errors.ts'
import {overBeforeLine, stopView} from '../lib/view/run/stop-invocation.ts'

export default class StopInvocation extends BaseCommand {
  static override aliases = ['stop']
  static override summary = 'Stop a running, pending or scheduled invocation.'
  static override examples = [
    '<%= config.bin %> stop t-hz0abc',
    '<%= config.bin %> stop t-hz0abc -i i-bp1abc,i-bp1def',
    '<%= config.bin %> stop t-hz0abc --no-wait',
  ]
  static override args = {
    invokeId: Args.string({description: 'Invocation to stop (t-…).', required: true, ignoreStdin: true}),
  }
  static override flags = {
    ...connectionFlags,
    instance: Flags.string({
      char: 'i',
      multiple: true,
      multipleNonGreedy: true,
      description: 'Only on this instance; a comma list, @FILE, or - for a list on stdin.',
      helpGroup: 'TARGET',
      helpValue: 'ID',
    }),
    wait: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'Wait until nothing of it runs any more, at most 60s or --timeout.',
      helpGroup: 'WAIT',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(StopInvocation)
    const invokeId = checkId(args.invokeId, 'the invocation', 't-hz0abc')
    const instanceIds = flags.instance ? await parseInstanceIds(surroundings, flags.instance) : []
    const timeoutMs = flags.timeout === undefined ? undefined : Number(flags.timeout)
    const {ecs} = await this.connect(flags, stopView({invokeId, status: '', overBefore: [], results: []}).columns)
    const {signal, release} = catchInterrupt()
    const deps = {ecs, ...surroundings, notice: (text: string) => this.notice(flags, text)}
    const stopped = await stop(deps, {invokeId, instanceIds, wait: flags.wait, timeoutMs}, signal).finally(release)
    await this.show(flags, stopped.result, () => stopView(stopped.result))
    const overBefore = overBeforeLine(stopped.result, surroundings.clock.now())
    if (overBefore !== undefined) this.notice(flags, overBefore)
    process.exitCode = isTerminated(signal) ? EXIT_CODES.terminated : concludeStop(stopped)
  }
}
