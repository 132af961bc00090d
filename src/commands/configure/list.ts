import {BaseCommand} from '../../lib/cli/command/base-command.ts'

export default class ConfigureList extends BaseCommand {
  static override summary = 'List the profiles, and where each keeps its keys.'
  static override examples = ['<%= config.bin %> configure list', '<%= config.bin %> configure list --json']

  async run(): Promise<void> {
    const {flags} = await this.parse(ConfigureList)
    const {listProfiles} = await import('../../lib/cli/profiles/profiles.ts')
    const profiles = listProfiles(process.env, (text) => this.notice(flags, text))
    await this.show(flags, {profiles}, () => ({
      columns: [
        {key: 'current', label: ''},
        {key: 'name', label: 'Profile'},
        {key: 'mode', label: 'Mode'},
        {key: 'accessKeyId', label: 'Access key'},
        {key: 'region', label: 'Region'},
        {key: 'endpoint', label: 'Endpoint'},
        {key: 'stored', label: 'Kept in'},
      ],
      rows: profiles.map((profile) => [
        profile.current ? '*' : '',
        profile.name,
        profile.mode,
        profile.accessKeyId,
        profile.region,
        profile.endpoint,
        {text: profile.stored, tone: 'dim'},
      ]),
    }))
  }
}
