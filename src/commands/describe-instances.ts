import {Flags} from '@oclif/core'
import {parseLimit} from '../lib/actions/fields/list.ts'
import {listInstances, parseInstancesFilter} from '../lib/actions/fleet/describe-instances.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {groupFilterFlags, listFlags} from '../lib/cli/flags/list.ts'
import {instancesView} from '../lib/view/fleet/instances.ts'

export default class DescribeInstances extends ListCommand {
  static override summary = 'List ECS instances.'
  static override examples = [
    '<%= config.bin %> describe-instances --status Running',
    "<%= config.bin %> describe-instances --name 'web-*' --columns instanceId,name",
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
    name: Flags.string({description: 'Only with this name; * stands for anything.', helpGroup: 'FILTER'}),
    status: Flags.string({
      options: ['Pending', 'Running', 'Starting', 'Stopping', 'Stopped'],
      description: 'Only in this state.',
      helpGroup: 'FILTER',
    }),
    'zone-id': Flags.string({description: 'Only in this zone.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'vpc-id': Flags.string({description: 'Only in this VPC.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'vswitch-id': Flags.string({description: 'Only on this vSwitch.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'security-group-id': Flags.string({
      description: 'Only in this security group.',
      helpGroup: 'FILTER',
      helpValue: 'ID',
    }),
    'image-id': Flags.string({description: 'Only with this image.', helpGroup: 'FILTER', helpValue: 'ID'}),
    'instance-type': Flags.string({description: 'Only of this type.', helpGroup: 'FILTER', helpValue: 'TYPE'}),
    'private-ip': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Only with this private address.',
      helpGroup: 'FILTER',
      helpValue: 'IP',
    }),
    'public-ip': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Only with this public address.',
      helpGroup: 'FILTER',
      helpValue: 'IP',
    }),
    ...groupFilterFlags,
    ...listFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(DescribeInstances)
    const filter = parseInstancesFilter(flags)
    const limit = parseLimit(flags.limit)
    const listed = await listInstances(await this.connect(flags), filter, limit)
    await this.showList(flags, 'instances', listed, instancesView)
  }
}
