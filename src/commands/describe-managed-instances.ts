import {Flags} from '@oclif/core'
import {parseLimit} from '../lib/actions/fields/list.ts'
import {listManagedInstances, parseManagedFilter} from '../lib/actions/fleet/describe-managed-instances.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {groupFilterFlags, listFlags} from '../lib/cli/flags/list.ts'
import {managedInstancesView} from '../lib/view/fleet/instances.ts'

export default class DescribeManagedInstances extends ListCommand {
  static override summary = 'List managed instances: machines that joined by an activation.'
  static override examples = [
    '<%= config.bin %> describe-managed-instances --connected',
    '<%= config.bin %> describe-managed-instances --tag env=prod --json',
  ]
  static override flags = {
    ...connectionFlags,
    instance: Flags.string({
      char: 'i',
      multiple: true,
      multipleNonGreedy: true,
      description: 'Only this instance, or a comma list.',
      helpGroup: 'FILTER',
      helpValue: 'ID',
    }),
    name: Flags.string({description: 'Only with this name.', helpGroup: 'FILTER'}),
    ip: Flags.string({description: 'Only with this address.', helpGroup: 'FILTER'}),
    'activation-id': Flags.string({description: 'Only joined by this one.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'machine-id': Flags.string({description: 'Only this machine code.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'os-type': Flags.string({
      options: ['windows', 'linux', 'FreeBSD'],
      description: 'Only this system.',
      helpGroup: 'FILTER',
    }),
    connected: Flags.boolean({allowNo: true, description: 'Only online, or only offline.', helpGroup: 'FILTER'}),
    ...groupFilterFlags,
    ...listFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(DescribeManagedInstances)
    const filter = parseManagedFilter(flags)
    const limit = parseLimit(flags.limit)
    const listed = await listManagedInstances(await this.connect(flags), filter, limit)
    await this.showList(flags, 'instances', listed, managedInstancesView)
  }
}
