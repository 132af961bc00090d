import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'

export default class ConfigureDelete extends BaseCommand {
  static override summary = 'Forget a profile and its keys, after asking.'
  static override examples = ['<%= config.bin %> configure delete old', '<%= config.bin %> configure delete old --yes']
  static override args = {
    profile: Args.string({required: true, description: 'Name of the profile.', ignoreStdin: true}),
  }
  static override flags = {yes: Flags.boolean({char: 'y', description: 'Do not ask.'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ConfigureDelete)
    const {deleteProfile, mustBeOwn} = await import('../../lib/cli/profiles/profiles.ts')
    mustBeOwn(args.profile, process.env)
    if (!flags.yes) {
      const {confirm} = await import('../../lib/cli/terminal/prompt.ts')
      const goOn = await confirm(`Forget the profile ${args.profile} and its keys?`, {
        noInput: flags['no-input'] === true,
        otherwise: 'Add --yes to do it without being asked.',
      })
      if (!goOn) return this.notice(flags, 'Nothing was changed.')
    }
    await deleteProfile(args.profile, process.env)
    this.notice(flags, `Forgot profile ${args.profile}.`)
  }
}
