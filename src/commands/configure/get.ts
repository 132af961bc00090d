import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {profileFlag} from '../../lib/cli/flags/profile.ts'
import {profileView} from '../../lib/view/profiles.ts'

export default class ConfigureGet extends BaseCommand {
  static override summary = 'Show fields of a profile; secrets only as set or not.'
  static override examples = [
    '<%= config.bin %> configure get',
    '<%= config.bin %> configure get region-id --profile production',
  ]
  static override strict = false
  static override args = {
    field: Args.string({description: 'Fields to show (default: all that are set).', ignoreStdin: true}),
  }
  static override flags = {profile: profileFlag}

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(ConfigureGet)
    const {getFields} = await import('../../lib/cli/profiles/profile-fields.ts')
    const fields = getFields(flags.profile, argv.map(String), process.env)
    await this.show(flags, fields, () => profileView(fields))
  }
}
