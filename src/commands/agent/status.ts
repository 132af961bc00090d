import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {agentFlags} from '../../lib/cli/flags/agent.ts'
import {agentHereView} from '../../lib/view/fleet/agent-here.ts'

export default class AgentStatus extends BaseCommand {
  static override summary = 'Show the agent of this machine: registered, running, what it has to do.'
  static override description = 'Reads its folder only; nothing is asked over the network.'
  static override examples = ['<%= config.bin %> agent status', '<%= config.bin %> agent status --json']
  static override flags = agentFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(AgentStatus)
    const {statusHere} = await import('../../lib/cli/daemon/agent.ts')
    const status = await statusHere({stateDir: flags['state-dir'], environment: process.env})
    await this.show(flags, status, () => agentHereView(status))
  }
}
