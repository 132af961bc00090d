import {Flags} from '@oclif/core'
import {activate, parseActivation} from '../lib/actions/fleet/create-activation.ts'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {isLoopback} from '../lib/core/loopback.ts'
import {createdActivationView} from '../lib/view/fleet/activations.ts'

export default class CreateActivation extends BaseCommand {
  static override summary = 'Let other machines join as managed instances: prints what to run there.'
  static override description = 'The code is a secret and is shown only once.'
  static override examples = [
    '<%= config.bin %> create-activation',
    '<%= config.bin %> create-activation --name web --count 20 --ttl 1h --ip-range 10.0.0.0/8',
  ]
  static override flags = {
    ...connectionFlags,
    name: Flags.string({
      description: 'Name of the machines that join, as NAME-001 (default: their host names).',
      helpGroup: 'ACTIVATION',
    }),
    description: Flags.string({description: 'What it is for.', helpGroup: 'ACTIVATION', helpValue: 'TEXT'}),
    count: Flags.string({
      description: 'How many machines may join, 1 to 1000 (default: 10).',
      helpGroup: 'ACTIVATION',
      helpValue: 'N',
    }),
    ttl: Flags.string({
      description: 'How long it is valid, 1h to 4h (default: 4h).',
      helpGroup: 'ACTIVATION',
      helpValue: 'HOURS',
    }),
    'ip-range': Flags.string({
      description: 'Where machines may join from: an address or CIDR range.',
      helpGroup: 'ACTIVATION',
      helpValue: 'RANGE',
    }),
    'resource-group': Flags.string({description: 'Put it into this group.', helpGroup: 'ACTIVATION', helpValue: 'ID'}),
    tag: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Tag for the activation.',
      helpGroup: 'ACTIVATION',
      helpValue: 'KEY=VALUE',
    }),
    'client-token': Flags.string({
      description: 'The same token creates nothing twice.',
      helpGroup: 'ACTIVATION',
      helpValue: 'TOKEN',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(CreateActivation)
    const activation = parseActivation(flags)
    const connection = await this.connect(flags, createdActivationView(NOTHING_YET).columns)
    const created = await activate(connection, activation)
    await this.show(flags, created, () => createdActivationView(created))
    if (created.officialCommand.startsWith('ALIYUN_ASSIST_SERVER_HOST')) {
      this.notice(
        flags,
        'The official agent needs these variables in its service as well, and SSL_CERT_FILE where the server has an authority of its own.',
      )
    }
    if (isLoopback(new URL(connection.ecs.endpoint).hostname)) {
      this.notice(
        flags,
        `Only this machine reaches ${connection.ecs.endpoint}; elsewhere put an address of it that they reach.`,
      )
    }
  }
}

/** What the columns are checked with before one is made. */
const NOTHING_YET = {activationId: '', activationCode: '', registerCommand: '', officialCommand: ''}
