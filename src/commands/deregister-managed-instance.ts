import {Args} from '@oclif/core'
import {deregisterInstances, parseManagedIds} from '../lib/actions/fleet/end-activation.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {managedInstancesView} from '../lib/view/fleet/instances.ts'

export default class DeregisterManagedInstance extends ListCommand {
  static override summary = 'Remove managed instances; nothing runs on them any more.'
  static override examples = ['<%= config.bin %> deregister-managed-instance mi-hz0abc']
  static override strict = false
  static override args = {
    instanceId: Args.string({description: 'Instances to remove (mi-…).', required: true, ignoreStdin: true}),
  }
  static override flags = {...connectionFlags}

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(DeregisterManagedInstance)
    const instanceIds = parseManagedIds(argv.map(String))
    const items = await deregisterInstances(await this.connect(flags, managedInstancesView([]).columns), instanceIds)
    await this.showList(flags, 'instances', {items}, managedInstancesView)
  }
}
