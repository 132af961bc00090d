import {Args, Flags} from '@oclif/core'
import {parseInstanceName, rename} from '../lib/actions/fleet/modify-managed-instance.ts'
import {checkInstanceId} from '../lib/actions/target/parse-targets.ts'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {renamedView} from '../lib/view/fleet/instances.ts'

export default class ModifyManagedInstance extends BaseCommand {
  static override summary = 'Give a managed instance another name.'
  static override examples = ['<%= config.bin %> modify-managed-instance mi-hz0abc --name web-1']
  static override args = {
    instanceId: Args.string({description: 'The instance (mi-…).', required: true, ignoreStdin: true}),
  }
  static override flags = {
    ...connectionFlags,
    name: Flags.string({description: 'Its new name, 2 to 128 characters.', required: true, helpValue: 'NAME'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ModifyManagedInstance)
    const change = {
      instanceId: checkInstanceId(args.instanceId, 'the instance'),
      name: parseInstanceName(flags.name),
    }
    const renamed = await rename(await this.connect(flags, renamedView([]).columns), change)
    await this.show(flags, renamed, () => renamedView([renamed]))
  }
}
