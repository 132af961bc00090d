import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {localStatusView} from '../../lib/view/local-status.ts'

export default class LocalUp extends BaseCommand {
  static override summary = 'Start the control plane on this machine, with an agent for it.'
  static override description =
    'Does nothing when it runs already. Any command with --profile local starts it too. It listens on this machine only, needs no account, and stops by itself after 30 idle minutes unless a schedule is active.'
  static override examples = ['<%= config.bin %> local up', "<%= config.bin %> run --profile local 'echo 123'"]

  async run(): Promise<void> {
    const {flags} = await this.parse(LocalUp)
    const {localUp} = await import('../../lib/cli/plane/plane.ts')
    const status = await localUp(process.env, this.program, (text) => this.notice(flags, text))
    await this.show(flags, status, () => localStatusView(status))
  }
}
