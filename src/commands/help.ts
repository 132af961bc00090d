import {Args} from '@oclif/core'
import {loadHelpClass} from '@oclif/core/help'
import {BaseCommand} from '../lib/cli/command/base-command.ts'

/** `assist help run`; oclif itself knows only `--help`. */
export default class Help extends BaseCommand {
  static override summary = 'Show help for a command, or the topic exit-codes.'
  static override examples = ['<%= config.bin %> help run', '<%= config.bin %> help exit-codes']
  static override strict = false
  static override args = {
    command: Args.string({description: 'Command or topic.', ignoreStdin: true}),
  }

  async run(): Promise<void> {
    const {argv} = await this.parse(Help)
    if (argv[0] === 'exit-codes') {
      await this.config.runCommand('exit-codes')
      return
    }
    const HelpClass = await loadHelpClass(this.config)
    await new HelpClass(this.config, this.config.pjson.oclif.helpOptions).showHelp(argv.map(String))
  }
}
