import {BaseCommand} from '../../../lib/cli/command/base-command.ts'
import {dataDirFlag} from '../../../lib/cli/flags/server.ts'

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
    await this.show(flags, {keys}, () => ({
      columns: [
        {key: 'accessKeyId', label: 'Access key id'},
        {key: 'account', label: 'Account'},
        {key: 'state', label: 'State'},
        {key: 'createdAt', label: 'Created'},
        {key: 'description', label: 'Description'},
      ],
      rows: keys.map((key) => [
        key.accessKeyId,
        key.account,
        key.disabled ? {text: 'disabled', tone: 'bad'} : {text: 'active', tone: 'good'},
        key.createdAt,
        key.description,
      ]),
      empty: 'There are no keys. Make one: assist server key create',
    }))
  }
}
