import {openPostgres} from '../../../src/lib/server/store/postgres/open.ts'
import {parseDatabaseUrl} from '../../../src/lib/server/store/postgres/settings.ts'
import {installPostgres, startPostgres} from '../../support/postgres.ts'
import {SERVER_VARIABLE, TEMPLATE} from '../../support/test-database.ts'

/** One PostgreSQL for all files that run on whichever engine there is; nothing where it can't be had. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const installed = installPostgres()
  if ('skipped' in installed) return undefined
  const postgres = await startPostgres(installed)
  await postgres.query(`create database ${TEMPLATE}`)
  const template = await openPostgres(parseDatabaseUrl(postgres.url(TEMPLATE), {}), {connections: 2})
  await template.close()
  process.env[SERVER_VARIABLE] = postgres.url('postgres')
  return () => postgres.remove()
}
