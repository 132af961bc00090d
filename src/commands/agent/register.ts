import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {agentServerFlags} from '../../lib/cli/flags/agent.ts'
import {readActivationCode} from '../../lib/cli/terminal/activation-code.ts'
import {AssistError} from '../../lib/core/errors.ts'
import {quote} from '../../lib/core/quote.ts'
import {otherNameLine, registeredAgentView} from '../../lib/view/fleet/agent-here.ts'

export default class AgentRegister extends BaseCommand {
  static override summary = 'Register this machine with a control plane, as a managed instance.'
  static override description =
    'The activation comes from: assist create-activation. Its code is read from stdin, from ASSIST_ACTIVATION_CODE, or asked for. The key is made on this machine and never leaves it. The authority given with --ca-file is kept for agent start.'
  static override examples = [
    '<%= config.bin %> agent register --activation-id 3f2a… --region local \\\n  --server https://plane.example:8080',
    'echo "$CODE" | <%= config.bin %> agent register --activation-id 3f2a… \\\n  --region cn-hangzhou --activation-code-stdin',
  ]
  static override flags = {
    ...agentServerFlags,
    'activation-id': Flags.string({description: 'Id of the activation.', required: true, aliases: ['ActivationId']}),
    'activation-code-stdin': Flags.boolean({description: 'Read the code from stdin.'}),
    ActivationCode: Flags.string({
      hidden: true,
      description: 'As the official agent takes it; others can read it there.',
    }),
    region: Flags.string({description: 'Region of the activation.', required: true, aliases: ['RegionId']}),
    name: Flags.string({
      description: 'Name of the instance (default: the host name; a name in the activation beats both).',
      aliases: ['InstanceName'],
    }),
    tag: Flags.string({
      description: 'Tag of the instance; repeatable.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'KEY=VALUE',
    }),
    'network-mode': Flags.string({
      description: 'How the cloud is reached, where no server is given.',
      options: ['internet', 'vpc'],
      default: 'internet',
      aliases: ['NetworkMode'],
    }),
    force: Flags.boolean({description: 'Give up an identity that this machine has already.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(AgentRegister)
    const tags = (flags.tag ?? []).map(parseTag)
    if (flags.ActivationCode !== undefined) {
      this.notice(
        flags,
        'Others on this machine can read a code given on the command line; better: --activation-code-stdin',
      )
    }
    const activationCode =
      flags.ActivationCode ??
      (await readActivationCode({
        fromStdin: flags['activation-code-stdin'],
        environment: process.env,
        noInput: flags['no-input'] === true,
      }))
    const {registerHere} = await import('../../lib/cli/daemon/agent.ts')
    const result = await registerHere(
      {stateDir: flags['state-dir'], environment: process.env},
      {
        activationId: flags['activation-id'],
        activationCode,
        region: flags.region,
        server: flags.server,
        networkMode: flags['network-mode'] === 'vpc' ? 'vpc' : 'internet',
        caFile: flags['ca-file'],
        name: flags.name,
        tags,
        force: flags.force,
      },
    )
    await this.show(flags, result, () => registeredAgentView(result))
    const otherName = otherNameLine(result, flags.name)
    if (otherName !== undefined) this.notice(flags, otherName)
    this.notice(flags, 'Start it with: assist agent start')
  }
}

function parseTag(text: string): {key: string; value: string} {
  const equals = text.indexOf('=')
  if (equals < 1) throw new AssistError('usage', `--tag ${quote(text)} must look like KEY=VALUE`)
  return {key: text.slice(0, equals), value: text.slice(equals + 1)}
}
