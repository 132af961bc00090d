import {Flags} from '@oclif/core'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'

import {explainView, passedOverView, type WhoAmI as Result, whoView} from '../lib/view/who-am-i.ts'

export default class WhoAmI extends BaseCommand {
  static override summary = 'Show which profile, key, region and endpoint a command would use.'
  static override description =
    'Sends nothing. With --explain it also names every source that was passed over, and why.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --explain',
    '<%= config.bin %> <%= command.id %> --profile production --json',
  ]
  static override flags = {
    ...connectionFlags,
    explain: Flags.boolean({description: 'Also list the sources that were passed over.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(WhoAmI)
    const {whoAmI} = await import('../lib/cli/connect/who-am-i.ts')
    const passedOver: Result['passedOver'][number][] = []
    let found: Result
    try {
      found = whoAmI(flags, process.env, {passedOver, warn: (text) => this.notice(flags, text)})
    } catch (error) {
      // That nothing can be used is when one most wants to know what was looked at.
      if (flags.explain) await this.show(flags, {passedOver}, () => passedOverView(passedOver))
      throw error
    }
    if (!flags.explain) {
      const {passedOver: _, ...result} = found
      return this.show(flags, result, () => whoView(found))
    }
    await this.show(flags, found, () => explainView(found))
  }
}
