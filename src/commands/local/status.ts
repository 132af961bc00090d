import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {localStatusView} from '../../lib/cli/plane/status-view.ts'

export default class LocalStatus extends BaseCommand {
  static override summary = 'Show whether the control plane on this machine runs, and where its data is.'
  static override description = 'Exits with 0 either way; scripts look at the field "running" of --json.'
  static override examples = ['<%= config.bin %> local status', '<%= config.bin %> local status --query running']

  async run(): Promise<void> {
    const {flags} = await this.parse(LocalStatus)
    const {localStatus} = await import('../../lib/cli/plane/plane.ts')
    const status = localStatus(process.env)
    await this.show(flags, status, () => localStatusView(status))
  }
}
