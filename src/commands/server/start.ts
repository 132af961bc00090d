import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {integerFlag} from '../../lib/cli/flags/integer.ts'
import {databaseConnectionsFlag, storeFlags, storePlace} from '../../lib/cli/flags/server.ts'
import {AssistError} from '../../lib/core/errors.ts'

export default class ServerStart extends BaseCommand {
  static override summary = 'Run a control plane in the foreground, for a team and its machines.'
  static override description =
    'Prints one line to stderr when it listens, then logs JSON lines. SIGTERM stops it after the calls under way, a second one at once. Make a key first: assist server key create.'
  static override examples = [
    '<%= config.bin %> server start --data-dir ./plane',
    '<%= config.bin %> server start --data-dir /var/lib/assist/server --host 0.0.0.0 \\\n  --tls-cert cert.pem --tls-key key.pem',
    'ASSIST_DATABASE=postgres://assist@db.example/assist <%= config.bin %> server start',
  ]
  static override flags = {
    ...storeFlags,
    'database-connections': databaseConnectionsFlag,
    host: Flags.string({description: 'Address to listen at.', default: '127.0.0.1'}),
    port: integerFlag('--port', {min: 0, max: 65_535})({
      description: 'Port to listen at; 0 takes any free one.',
      default: 8080,
    }),
    'tls-cert': Flags.string({description: 'PEM file of the certificate.', dependsOn: ['tls-key'], helpValue: 'FILE'}),
    'tls-key': Flags.string({description: 'PEM file of its key.', dependsOn: ['tls-cert'], helpValue: 'FILE'}),
    region: Flags.string({
      description: 'Region to answer for; the first is the default. None: any name.',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'allow-plain-http': Flags.boolean({
      description: 'Serve other machines without TLS: whoever reads the traffic then owns them.',
    }),
    'log-file': Flags.string({description: 'Log there instead of to stderr.', helpValue: 'FILE'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ServerStart)
    const {serve} = await import('../../lib/cli/daemon/server.ts')
    const [cert, key] = [flags['tls-cert'], flags['tls-key']]
    await serve({
      ...storePlace(flags, process.env),
      host: flags.host,
      port: flags.port,
      tls: cert !== undefined && key !== undefined ? {cert, key} : undefined,
      regions: flags.region ?? [],
      allowPlainHttp: flags['allow-plain-http'],
      logFile: flags['log-file'],
      ready: (url) => this.notice(flags, `Listening at ${url}`),
    }).catch((error: unknown) => {
      throw explainPort(error, flags.host, flags.port)
    })
  }
}

function explainPort(error: unknown, host: string, port: number): unknown {
  const {code} = error as {code?: unknown}
  if (error instanceof AssistError || typeof code !== 'string') return error
  const reasons: Record<string, string> = {
    EADDRINUSE: 'something else listens there',
    EACCES: 'not allowed; ports below 1024 need root',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'the name is not known',
  }
  const reason = reasons[code]
  return reason
    ? new AssistError('config', `cannot listen at ${host}:${port}: ${reason}`, {
        hint: 'Choose another --port or --host.',
        cause: error,
      })
    : error
}
