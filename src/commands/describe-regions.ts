import {Flags} from '@oclif/core'
import {listRegions} from '../lib/actions/fleet/describe-instances.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {regionsView} from '../lib/view/fleet/instances.ts'

export default class DescribeRegions extends ListCommand {
  static override summary = 'List regions and their endpoints.'
  static override examples = [
    '<%= config.bin %> describe-regions',
    '<%= config.bin %> describe-regions --language en-US',
  ]
  static override flags = {
    ...connectionFlags,
    language: Flags.string({
      options: ['zh-CN', 'zh-TW', 'en-US', 'ja', 'fr', 'de', 'ko'],
      description: 'Language of the names (default: of the profile).',
      helpGroup: 'LIST',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(DescribeRegions)
    const listed = await listRegions(
      await this.connect(flags),
      flags.language ?? (await this.#languageOfProfile(flags.profile)),
    )
    await this.showList(flags, 'regions', listed, regionsView)
  }

  async #languageOfProfile(name: string | undefined): Promise<string | undefined> {
    const {profileLanguage} = await import('../lib/cli/profiles/profile-language.ts')
    const language = profileLanguage(name, process.env)
    return language && {en: 'en-US', zh: 'zh-CN'}[language]
  }
}
