import {Flags} from '@oclif/core'
import {parseLimit} from '../lib/actions/fields/list.ts'
import {listActivations, parseActivationsFilter} from '../lib/actions/fleet/describe-activations.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {groupFilterFlags, listFlags} from '../lib/cli/flags/list.ts'
import {activationsView} from '../lib/view/fleet/activations.ts'

export default class DescribeActivations extends ListCommand {
  static override summary = 'List activations and how many machines joined by them.'
  static override examples = ['<%= config.bin %> describe-activations']
  static override flags = {
    ...connectionFlags,
    'activation-id': Flags.string({description: 'Only this one.', helpGroup: 'FILTER', helpValue: 'ID'}),
    name: Flags.string({description: 'Only those that give this name.', helpGroup: 'FILTER'}),
    ...groupFilterFlags,
    ...listFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(DescribeActivations)
    const filter = parseActivationsFilter(flags)
    const limit = parseLimit(flags.limit)
    const listed = await listActivations(await this.connect(flags), filter, limit)
    await this.showList(flags, 'activations', listed, activationsView)
  }
}
