import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {agentServerFlags} from '../../lib/cli/flags/agent.ts'

export default class AgentDeregister extends BaseCommand {
  static override summary = 'End the registration of this machine and delete its key.'
  static override description =
    'Stop the agent first. With --force the key is deleted even when the server cannot be told.'
  static override examples = ['<%= config.bin %> agent deregister', '<%= config.bin %> agent deregister --force']
  static override flags = {
    ...agentServerFlags,
    force: Flags.boolean({description: 'Go on without the server.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(AgentDeregister)
    const {deregisterHere} = await import('../../lib/cli/daemon/agent.ts')
    const {instanceId} = await deregisterHere(
      {stateDir: flags['state-dir'], environment: process.env},
      {server: flags.server, caFile: flags['ca-file'], force: flags.force},
    )
    this.notice(flags, `${instanceId ?? 'This machine'} is no longer registered.`)
  }
}
