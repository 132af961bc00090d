import {Args, Flags} from '@oclif/core'
import {create, parseCreate} from '../lib/actions/stored/create-command.ts'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {processFlags, scriptFlags, splitAtDashes} from '../lib/cli/flags/run.ts'
import {surroundings} from '../lib/cli/terminal/surroundings.ts'
import {commandIdView} from '../lib/view/stored/commands.ts'

export default class CreateCommand extends BaseCommand {
  static override summary = 'Store a script as a command and print its id.'
  static override description = 'The script is one argument, a file (-f), standard input (-), or the words behind --.'
  static override usage = [
    "<%= command.id %> --name NAME [FLAGS] 'SCRIPT'",
    '<%= command.id %> --name NAME [FLAGS] -f FILE',
    '<%= command.id %> --name NAME [FLAGS] -- WORD...',
  ]
  static override examples = [
    "<%= config.bin %> create-command --name disk 'df -h {{path}}' --enable-parameter",
    '<%= config.bin %> create-command --name deploy -f deploy.sh --exec-timeout 10m',
    'cat check.ps1 | <%= config.bin %> create-command --name check --type powershell -',
  ]
  static override strict = false
  static override args = {
    script: Args.string({description: 'The script as one argument; - reads it from stdin.', ignoreStdin: true}),
  }
  static override flags = {
    name: Flags.string({description: 'Name of the command (required).', helpGroup: 'SCRIPT'}),
    ...connectionFlags,
    ...scriptFlags,
    description: Flags.string({description: 'What it is for.', helpGroup: 'SCRIPT', helpValue: 'TEXT'}),
    'enable-parameter': Flags.boolean({description: 'Make {{name}} in the script a parameter.', helpGroup: 'SCRIPT'}),
    ...processFlags,
    'resource-group': Flags.string({description: 'Put it into this group.', helpGroup: 'SCRIPT', helpValue: 'ID'}),
    tag: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Tag for the command.',
      helpGroup: 'SCRIPT',
      helpValue: 'KEY=VALUE',
    }),
    'client-token': Flags.string({
      description: 'The same token stores nothing twice.',
      helpGroup: 'SCRIPT',
      helpValue: 'TOKEN',
    }),
  }

  async run(): Promise<void> {
    const {before, after} = splitAtDashes(this.argv)
    const {flags, raw} = await this.parse(CreateCommand, before)
    const words = raw.flatMap((token) => (token.type === 'arg' ? [token.input] : []))
    const source = {words, afterDashes: after, file: flags.file, type: flags.type}
    const input = await parseCreate(surroundings, flags, source)
    for (const warning of input.warnings) this.notice(flags, `Warning: ${warning}`)
    const created = await create(await this.connect(flags, commandIdView([]).columns), input)
    await this.show(flags, created, () => commandIdView([created]))
  }
}
