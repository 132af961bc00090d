import {afterAll, describe, it} from 'vitest'
import {openPostgres} from '../../src/lib/server/store/postgres/open.ts'
import {parseDatabaseUrl} from '../../src/lib/server/store/postgres/settings.ts'
import {installPostgres, startPostgres} from '../support/postgres.ts'
import {storeContract} from '../support/store-contract.ts'

const installed = installPostgres()

if ('skipped' in installed) {
  describe('the store on PostgreSQL', () => it.skip(`skipped: ${installed.skipped}`, () => {}))
} else {
  const postgres = await startPostgres(installed)
  afterAll(() => postgres.remove())
  storeContract('PostgreSQL', async () =>
    openPostgres(parseDatabaseUrl(await postgres.createDatabase(), {}), {connections: 10}),
  )
}
