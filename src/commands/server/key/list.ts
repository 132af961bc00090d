import {BaseCommand} from '../../../lib/cli/command/base-command.ts'
import {dataDirFlag} from '../../../lib/cli/flags/server.ts'
import {serverKeysView} from '../../../lib/view/server-keys.ts'

export default class ServerKeyList extends BaseCommand {
  static override summary = 'List the access keys of a control plane of your own, without their secrets.'
  static override examples = ['<%= config.bin %> server key list --data-dir ./plane']
  static override flags = {'data-dir': dataDirFlag}

  async run(): Promise<void> {
    const {flags} = await this.parse(ServerKeyList)
    const {listServerKeys} = await import('../../../lib/cli/daemon/server-keys.ts')
    const keys = (await listServerKeys(flags['data-dir'])).map(({createdAtMs, accountId, ...key}) => ({
      ...key,
      account: accountId,
      createdAt: new Date(createdAtMs).toISOString(),
    }))
    await this.show(flags, {keys}, () => serverKeysView(keys))
  }
}
