import {Args} from '@oclif/core'
import {disable, parseActivationId} from '../lib/actions/fleet/end-activation.ts'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {activationsView} from '../lib/view/fleet/activations.ts'

export default class DisableActivation extends BaseCommand {
  static override summary = 'Stop an activation from letting more machines join; those that have stay.'
  static override examples = ['<%= config.bin %> disable-activation 3f1c7a50-0000-4000-8000-a1b2c3d4e5f6']
  static override args = {
    activationId: Args.string({description: 'The activation.', required: true, ignoreStdin: true}),
  }
  static override flags = {...connectionFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(DisableActivation)
    const activationId = parseActivationId(args.activationId)
    const activation = await disable(await this.connect(flags, activationsView([]).columns), activationId)
    await this.show(flags, activation, () => activationsView([activation]))
  }
}
