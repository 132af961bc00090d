import {Flags} from '@oclif/core'
import {AssistError} from '../../core/errors.ts'
import {integerFlag} from './integer.ts'

const DATABASE_VARIABLE = 'ASSIST_DATABASE'

/** Flags of all that work on what a server keeps. */
export const storeFlags = {
  'data-dir': Flags.string({
    description: 'Folder of the database and its key.',
    default: '/var/lib/assist/server',
    helpValue: 'FOLDER',
  }),
  database: Flags.string({
    description: `PostgreSQL database to use instead of the one in the folder; a password belongs into ${DATABASE_VARIABLE}, PGPASSWORD or ~/.pgpass.`,
    helpValue: 'URL',
  }),
}

export const databaseConnectionsFlag = integerFlag('--database-connections', {min: 3, max: 500})({
  description: 'Connections to the --database at most.',
  default: 12,
})

interface StoreFlags {
  'data-dir': string
  database?: string | undefined
  'database-connections'?: number
}

/** @throws AssistError (usage) when a password stands where everybody on the machine can read it. */
export function storePlace(
  flags: StoreFlags,
  environment: NodeJS.ProcessEnv,
): {dataDir: string; database: {address: string; connections: number} | undefined} {
  const address = databaseAddress('--database', flags.database, environment)
  const connections = flags['database-connections'] ?? 2
  return {dataDir: flags['data-dir'], database: address === undefined ? undefined : {address, connections}}
}

/** The address that was given by the flag, or else by the environment. @throws AssistError (usage) as storePlace. */
export function databaseAddress(
  flag: string,
  given: string | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (given !== undefined && hasPassword(given)) {
    throw new AssistError('usage', `a password in ${flag} can be read by everybody on this machine`, {
      hint: `Give the address in ${DATABASE_VARIABLE} instead, or the password in PGPASSWORD or ~/.pgpass.`,
    })
  }
  return given ?? (environment[DATABASE_VARIABLE] || undefined)
}

/** What cannot be read is refused later, without being repeated. */
function hasPassword(address: string): boolean {
  return URL.canParse(address) && new URL(address).password !== ''
}
