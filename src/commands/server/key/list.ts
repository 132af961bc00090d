import {BaseCommand} from '../../../lib/cli/command/base-command.ts'
import {storeFlags, storePlace} from '../../../lib/cli/flags/server.ts'
import {serverKeysView} from '../../../lib/view/server-keys.ts'

export default class ServerKeyList extends BaseCommand {
  static override summary = 'List the access keys of a control plane of your own, without their secrets.'
  static override examples = ['<%= config.bin %> server key list --data-dir ./plane']
  static override flags = storeFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(ServerKeyList)
    const {listServerKeys} = await import('../../../lib/cli/daemon/server-keys.ts')
    const keys = (await listServerKeys(storePlace(flags, process.env))).map(({createdAtMs, accountId, ...key}) => ({
      ...key,
      account: accountId,
      createdAt: new Date(createdAtMs).toISOString(),
    }))
    await this.show(flags, {keys}, () => serverKeysView(keys))
  }
}
