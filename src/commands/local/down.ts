import {BaseCommand} from '../../lib/cli/command/base-command.ts'

export default class LocalDown extends BaseCommand {
  static override summary = 'Stop the control plane on this machine; its data stays.'
  static override examples = ['<%= config.bin %> local down']

  async run(): Promise<void> {
    const {flags} = await this.parse(LocalDown)
    const {localDown} = await import('../../lib/cli/plane/plane.ts')
    const stopped = await localDown(process.env)
    this.notice(flags, stopped ? 'Stopped.' : 'It was not running.')
  }
}
