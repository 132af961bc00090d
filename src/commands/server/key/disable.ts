import {Args} from '@oclif/core'
import {BaseCommand} from '../../../lib/cli/command/base-command.ts'
import {storeFlags, storePlace} from '../../../lib/cli/flags/server.ts'

export default class ServerKeyDisable extends BaseCommand {
  static override summary = 'Disable an access key; running servers obey within five seconds.'
  static override examples = ['<%= config.bin %> server key disable LTAI5tExample --data-dir ./plane']
  static override args = {
    accessKeyId: Args.string({required: true, description: 'Id of the key.', ignoreStdin: true}),
  }
  static override flags = storeFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ServerKeyDisable)
    const {disableServerKey} = await import('../../../lib/cli/daemon/server-keys.ts')
    await disableServerKey(storePlace(flags, process.env), args.accessKeyId)
    this.notice(flags, `Disabled ${args.accessKeyId}.`)
  }
}
