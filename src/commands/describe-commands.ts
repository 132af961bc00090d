import {Flags} from '@oclif/core'
import {parseLimit} from '../lib/actions/fields/list.ts'
import {listCommands, parseCommandsFilter} from '../lib/actions/stored/describe-commands.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {groupFilterFlags, listFlags} from '../lib/cli/flags/list.ts'
import {commandsView} from '../lib/view/stored/commands.ts'

export default class DescribeCommands extends ListCommand {
  static override aliases = ['commands']
  static override summary = 'List stored commands.'
  static override examples = [
    '<%= config.bin %> commands',
    "<%= config.bin %> commands --name 'disk*' --json",
    "<%= config.bin %> commands --command-id c-hz0abc --query 'commands[0].content'",
    '<%= config.bin %> commands --provider AlibabaCloud --latest',
  ]
  static override flags = {
    ...connectionFlags,
    'command-id': Flags.string({description: 'Only this command.', helpGroup: 'FILTER', helpValue: 'ID'}),
    name: Flags.string({description: 'Only with this name; * stands for anything.', helpGroup: 'FILTER'}),
    type: Flags.string({description: 'Only shell, bat or powershell.', helpGroup: 'FILTER', helpValue: 'TYPE'}),
    description: Flags.string({description: 'Only with this description.', helpGroup: 'FILTER', helpValue: 'TEXT'}),
    provider: Flags.string({
      description: 'Public commands of this provider: AlibabaCloud for all.',
      helpGroup: 'FILTER',
    }),
    latest: Flags.boolean({description: 'Only the newest version of public commands.', helpGroup: 'FILTER'}),
    ...groupFilterFlags,
    ...listFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(DescribeCommands)
    const filter = parseCommandsFilter(flags)
    const limit = parseLimit(flags.limit)
    const listed = await listCommands(await this.connect(flags), filter, limit)
    await this.showList(flags, 'commands', listed, commandsView)
  }
}
