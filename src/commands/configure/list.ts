import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {profilesView} from '../../lib/view/profiles.ts'

export default class ConfigureList extends BaseCommand {
  static override summary = 'List the profiles, and where each keeps its keys.'
  static override examples = ['<%= config.bin %> configure list', '<%= config.bin %> configure list --json']

  async run(): Promise<void> {
    const {flags} = await this.parse(ConfigureList)
    const {listProfiles} = await import('../../lib/cli/profiles/list-profiles.ts')
    const profiles = listProfiles(process.env, (text) => this.notice(flags, text))
    await this.show(flags, {profiles}, () => profilesView(profiles))
  }
}
