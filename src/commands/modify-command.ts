import {Args, Flags} from '@oclif/core'
import {modify, parseModify} from '../lib/actions/stored/modify-command.ts'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {processFlags} from '../lib/cli/flags/run.ts'
import {commandIdView} from '../lib/view/stored/commands.ts'

export default class ModifyCommand extends BaseCommand {
  static override summary = 'Change the name, description or settings of a stored command.'
  static override description = 'The script itself cannot be changed: create a new command instead.'
  static override examples = [
    '<%= config.bin %> modify-command c-hz0abc --name disk-usage',
    '<%= config.bin %> modify-command c-hz0abc --exec-timeout 5m --cwd /srv',
  ]
  static override args = {
    commandId: Args.string({description: 'Command to change (c-…).', required: true, ignoreStdin: true}),
  }
  static override flags = {
    ...connectionFlags,
    name: Flags.string({description: 'New name.', helpGroup: 'CHANGE'}),
    description: Flags.string({description: 'New description.', helpGroup: 'CHANGE', helpValue: 'TEXT'}),
    ...processFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ModifyCommand)
    const change = parseModify(flags, args.commandId)
    const modified = await modify(await this.connect(flags, commandIdView([]).columns), change)
    await this.show(flags, modified, () => commandIdView([modified]))
  }
}
