import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'

export default class ConfigureUse extends BaseCommand {
  static override summary = 'Choose the profile that is used when none is named.'
  static override examples = ['<%= config.bin %> configure use production', '<%= config.bin %> configure use local']
  static override args = {
    profile: Args.string({required: true, description: 'Name of the profile.', ignoreStdin: true}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ConfigureUse)
    const {useProfile} = await import('../../lib/cli/profiles/profiles.ts')
    await useProfile(args.profile, process.env)
    this.notice(flags, `Now using profile ${args.profile}.`)
  }
}
