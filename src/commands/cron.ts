import {Args, Flags} from '@oclif/core'
import {explainCron, parseMoment} from '../lib/actions/explain-cron.ts'
import {parseCount} from '../lib/actions/fields/check-fields.ts'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {surroundings} from '../lib/cli/terminal/surroundings.ts'
import {cronNotes, cronView} from '../lib/view/cron.ts'

export default class Cron extends BaseCommand {
  static override summary = 'Explain a schedule and list its next runs.'
  static override description =
    `Cron with seconds first: second minute hour day month weekday [year] [zone], where weekday 1 is Monday.
Also rate(5m) and at(2030-01-02 03:04:05 Asia/Shanghai). Nothing is sent anywhere.`
  static override examples = [
    "<%= config.bin %> cron '0 */10 * * * *'",
    "<%= config.bin %> cron '0 0 8 ? * MON-FRI Asia/Shanghai' --count 10 --language zh",
    "<%= config.bin %> cron 'rate(5m)' --json",
  ]
  static override args = {
    expression: Args.string({description: 'The schedule, in quotes.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    count: Flags.string({default: '5', description: 'How many runs to list.', helpGroup: 'LIST', helpValue: 'N'}),
    zone: Flags.string({
      description: 'Time zone where the schedule names none (default: the one here).',
      helpGroup: 'LIST',
    }),
    from: Flags.string({
      description: 'List runs after this time, as 2030-01-02T03:04:05Z (default: now).',
      helpGroup: 'LIST',
      helpValue: 'TIME',
    }),
    language: Flags.string({
      options: ['en', 'zh'],
      description: 'Language (default: of the profile, else by LANG).',
      helpGroup: 'LIST',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Cron)
    const asked = flags.language === 'en' || flags.language === 'zh' ? flags.language : undefined
    const {profileLanguage} = await import('../lib/cli/profiles/profile-language.ts')
    const language = asked ?? profileLanguage(undefined, process.env) ?? surroundings.language()
    const explained = explainCron({
      expression: args.expression,
      count: parseCount(flags.count, '--count', {min: 1, max: 1000}) ?? 5,
      zone: flags.zone ?? surroundings.zone(),
      fromMs: parseMoment(flags.from, surroundings.clock.now()),
      language,
    })
    if (!flags.json) for (const line of cronNotes(explained)) this.notice(flags, line)
    await this.show(flags, explained, () => cronView(explained))
  }
}
