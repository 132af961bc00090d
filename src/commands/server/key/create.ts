import {Flags} from '@oclif/core'
import {BaseCommand} from '../../../lib/cli/command/base-command.ts'
import {storeFlags, storePlace} from '../../../lib/cli/flags/server.ts'
import {createdServerKeyView} from '../../../lib/view/server-keys.ts'

export default class ServerKeyCreate extends BaseCommand {
  static override summary = 'Make an access key for a control plane of your own; the secret is shown once.'
  static override description =
    'Works on the data folder, whether the server runs or not. The secret is printed to stdout and kept nowhere readable.'
  static override examples = [
    '<%= config.bin %> server key create --data-dir ./plane',
    '<%= config.bin %> server key create --description "CI" --json',
  ]
  static override flags = {
    ...storeFlags,
    account: Flags.string({
      description: 'Account the key belongs to; accounts do not see each other.',
      default: 'main',
    }),
    description: Flags.string({description: 'What it is for.', default: ''}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ServerKeyCreate)
    const {createServerKey} = await import('../../../lib/cli/daemon/server-keys.ts')
    const key = await createServerKey(storePlace(flags, process.env), {
      account: flags.account,
      description: flags.description,
    })
    await this.show(flags, key, () => createdServerKeyView(key))
    this.notice(flags, 'Keep the secret now: it cannot be shown again.')
  }
}
