import {Args} from '@oclif/core'
import {parseActivationId, remove} from '../lib/actions/fleet/end-activation.ts'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {activationsView} from '../lib/view/fleet/activations.ts'

export default class DeleteActivation extends BaseCommand {
  static override summary = 'Delete an activation that no machine is registered with.'
  static override examples = ['<%= config.bin %> delete-activation 3f1c7a50-0000-4000-8000-a1b2c3d4e5f6']
  static override args = {
    activationId: Args.string({description: 'The activation.', required: true, ignoreStdin: true}),
  }
  static override flags = {...connectionFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(DeleteActivation)
    const activationId = parseActivationId(args.activationId)
    const activation = await remove(await this.connect(flags, activationsView([]).columns), activationId)
    await this.show(flags, activation, () => activationsView([activation]))
  }
}
