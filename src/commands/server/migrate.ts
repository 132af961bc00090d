import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {databaseAddress, storeFlags} from '../../lib/cli/flags/server.ts'
import {AssistError} from '../../lib/core/errors.ts'
import {movedTablesView} from '../../lib/view/moved-tables.ts'

export default class ServerMigrate extends BaseCommand {
  static override summary = 'Move a control plane from its folder into a PostgreSQL database.'
  static override description =
    'Stop the server first. Ids, keys and history are copied as they are, all of it or nothing, into a database that is empty; the folder is left as it is. It may be repeated after it was broken off. Servers on the database need the master.key of the folder.'
  static override examples = [
    '<%= config.bin %> server migrate --data-dir ./plane \\\n  --to postgres://assist@db.example/assist',
    'ASSIST_DATABASE=postgres://assist@db.example/assist <%= config.bin %> server migrate',
  ]
  static override flags = {
    'data-dir': storeFlags['data-dir'],
    to: Flags.string({
      description: 'Where to move it (default: ASSIST_DATABASE, where a password belongs, too).',
      helpValue: 'URL',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ServerMigrate)
    const address = databaseAddress('--to', flags.to, process.env)
    if (address === undefined) {
      throw new AssistError('usage', '--to is missing: the address of the database to move to', {
        hint: 'It looks like: --to postgres://assist@db.example/assist',
      })
    }
    const {migrateServer} = await import('../../lib/cli/daemon/server-migrate.ts')
    const tables = await migrateServer({dataDir: flags['data-dir'], address})
    await this.show(flags, {tables}, () => movedTablesView(tables))
    this.notice(
      flags,
      `Moved. Start servers with --database and the master.key of ${flags['data-dir']}, and none on the folder alone any more.`,
    )
  }
}
