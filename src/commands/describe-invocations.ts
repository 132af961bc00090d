import {Args, Flags} from '@oclif/core'
import {parseLimit} from '../lib/actions/fields/list.ts'
import {listInvocations, parseInvocationsFilter} from '../lib/actions/run/describe-invocations.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {groupFilterFlags, listFlags} from '../lib/cli/flags/list.ts'
import {invocationsView} from '../lib/view/run/invocations.ts'

export default class DescribeInvocations extends ListCommand {
  static override aliases = ['invocations']
  static override summary = 'List invocations: what was run, where, and how it stands.'
  static override examples = [
    '<%= config.bin %> invocations --limit 20',
    '<%= config.bin %> invocations --status Running --instance i-bp1abc',
    '<%= config.bin %> invocations --timed --json',
    "<%= config.bin %> invocations t-hz0abc --query 'invocations[0].content'",
  ]
  static override args = {
    invokeId: Args.string({description: 'Only this invocation (t-…).', ignoreStdin: true}),
  }
  static override flags = {
    ...connectionFlags,
    'invoke-id': Flags.string({description: 'The invocation, as a flag.', helpGroup: 'FILTER', helpValue: 'ID'}),
    instance: Flags.string({char: 'i', description: 'Only on this instance.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'command-id': Flags.string({description: 'Only uses of this command.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'command-name': Flags.string({description: 'Only of this name.', helpGroup: 'FILTER', helpValue: 'NAME'}),
    type: Flags.string({description: 'Only shell, bat or powershell.', helpGroup: 'FILTER', helpValue: 'TYPE'}),
    status: Flags.string({
      options: [
        'Pending',
        'Scheduled',
        'Running',
        'Stopping',
        'Success',
        'Failed',
        'PartialFailed',
        'Stopped',
        'Finished',
      ],
      description: 'Only with this status.',
      helpGroup: 'FILTER',
    }),
    'repeat-mode': Flags.string({
      description: 'Only Once, Period, NextRebootOnly or EveryReboot.',
      helpGroup: 'FILTER',
      helpValue: 'MODE',
    }),
    timed: Flags.boolean({
      allowNo: true,
      description: 'Only those that will run again by themselves, or only the others.',
      helpGroup: 'FILTER',
    }),
    ...groupFilterFlags,
    ...listFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(DescribeInvocations)
    const filter = parseInvocationsFilter(flags, args.invokeId)
    const limit = parseLimit(flags.limit)
    const listed = await listInvocations(await this.connect(flags), filter, limit)
    await this.showList(flags, 'invocations', listed, invocationsView)
  }
}
