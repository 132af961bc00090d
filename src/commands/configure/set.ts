import {Args} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {profileFlag} from '../../lib/cli/flags/profile.ts'
import {AssistError} from '../../lib/core/errors.ts'

export default class ConfigureSet extends BaseCommand {
  static override summary = 'Change fields of a profile; an empty value removes one.'
  static override examples = [
    '<%= config.bin %> configure set region-id=cn-shanghai output=json',
    '<%= config.bin %> configure set endpoint= --profile production',
  ]
  static override strict = false
  static override args = {field: Args.string({description: 'FIELD=VALUE, one or more.', ignoreStdin: true})}
  static override flags = {profile: profileFlag}

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(ConfigureSet)
    if (argv.length === 0) {
      throw new AssistError('usage', 'no field is given', {hint: 'Such as: assist configure set region-id=cn-hangzhou'})
    }
    const {setFields} = await import('../../lib/cli/profiles/profile-fields.ts')
    const name = await setFields(flags.profile, argv.map(String), process.env)
    this.notice(flags, `Changed profile ${name}.`)
  }
}
