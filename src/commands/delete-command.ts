import {Args} from '@oclif/core'
import {deleteCommands, parseCommandIds} from '../lib/actions/stored/delete-command.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {commandIdView} from '../lib/view/stored/commands.ts'

export default class DeleteCommand extends ListCommand {
  static override summary = 'Delete stored commands. Their past invocations stay.'
  static override examples = [
    '<%= config.bin %> delete-command c-hz0abc',
    '<%= config.bin %> delete-command c-hz0abc c-hz0def',
  ]
  static override strict = false
  static override args = {
    commandId: Args.string({description: 'Commands to delete (c-…).', required: true, ignoreStdin: true}),
  }
  static override flags = {...connectionFlags}

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(DeleteCommand)
    const commandIds = parseCommandIds(argv.map(String))
    const items = await deleteCommands(await this.connect(flags, commandIdView([]).columns), commandIds)
    await this.showList(flags, 'deleted', {items}, commandIdView)
  }
}
