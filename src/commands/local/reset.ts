import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'

export default class LocalReset extends BaseCommand {
  static override summary = 'Delete everything the control plane on this machine has kept, after asking.'
  static override description = 'Stops it first. Commands, schedules, results and its key are gone afterwards.'
  static override examples = ['<%= config.bin %> local reset', '<%= config.bin %> local reset --yes']
  static override flags = {
    yes: Flags.boolean({char: 'y', description: 'Do not ask.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(LocalReset)
    const {localReset, localStatus} = await import('../../lib/cli/plane/plane.ts')
    const {dataFolder} = localStatus(process.env)
    if (!flags.yes) {
      const {confirm} = await import('../../lib/cli/terminal/prompt.ts')
      const goOn = await confirm(`Delete ${dataFolder} with all commands, schedules and results in it?`, {
        noInput: flags['no-input'] === true,
        otherwise: 'Add --yes to do it without being asked.',
      })
      if (!goOn) return this.notice(flags, 'Nothing was deleted.')
    }
    await localReset(process.env)
    this.notice(flags, `Deleted ${dataFolder}`)
  }
}
