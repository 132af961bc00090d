import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {agentServerFlags} from '../../lib/cli/flags/agent.ts'
import {integerFlag} from '../../lib/cli/flags/integer.ts'

export default class AgentStart extends BaseCommand {
  static override summary = 'Run the agent of this machine in the foreground.'
  static override description =
    'An instance of Alibaba Cloud that never registered is the instance that its metadata names. Prints one line to stderr when the server has heard it, then logs JSON lines. SIGTERM stops it: scripts go on and are reported by the next start. A script that ends with 193 (Windows: 3009) turns the machine off, with 194 (3010) it boots, as with official agents.'
  static override examples = [
    '<%= config.bin %> agent start',
    '<%= config.bin %> agent start --state-dir ./agent --log-file ./agent.log',
  ]
  static override flags = {
    ...agentServerFlags,
    'log-file': Flags.string({description: 'Log there instead of to stderr.', helpValue: 'FILE'}),
    'max-running': integerFlag('--max-running', {min: 1, max: 1000})({
      description: 'Scripts at once (default: 8 for each core, 4 to 100, fewer with little memory).',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(AgentStart)
    const {startHere} = await import('../../lib/cli/daemon/agent.ts')
    await startHere(
      {stateDir: flags['state-dir'], environment: process.env},
      {
        server: flags.server,
        caFile: flags['ca-file'],
        logFile: flags['log-file'],
        maxRunning: flags['max-running'],
        online: (instanceId) => this.notice(flags, `${instanceId} is online`),
      },
    )
  }
}
