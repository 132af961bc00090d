import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {openPostgres} from '../../src/lib/server/store/postgres/open.ts'
import {parseDatabaseUrl} from '../../src/lib/server/store/postgres/settings.ts'
import {installPostgres, type Postgres, startPostgres} from '../support/postgres.ts'

const installed = installPostgres()

describe.skipIf('skipped' in installed)('the schema (F50)', () => {
  let postgres: Postgres
  beforeAll(async () => {
    if (!('skipped' in installed)) postgres = await startPostgres(installed)
  })
  afterAll(() => postgres?.remove())

  const open = (address: string) => openPostgres(parseDatabaseUrl(address, {}), {connections: 2})
  const openAndClose = async (address: string): Promise<void> => (await open(address)).close()
  const nameOf = (address: string): string => new URL(address).pathname.slice(1)
  const applied = async (address: string): Promise<number> =>
    (await postgres.query('select name from kysely_migration', nameOf(address))).length

  it('is made once by servers that start at the same time', async () => {
    const address = await postgres.createDatabase()
    await Promise.all(Array.from({length: 4}, () => openAndClose(address)))
    expect(await applied(address)).toBeGreaterThan(3)
  })

  it('is made anew after its maker was cut off midway, of whom nothing is left', async () => {
    const address = await postgres.createDatabase()
    const name = nameOf(address)
    // Makes every change of the schema wait for a moment, so that there is time to cut it off.
    await postgres.query(
      `create function wait() returns event_trigger language plpgsql as 'begin perform pg_sleep(0.2); end';
       create event trigger wait on ddl_command_end when tag in ('CREATE TABLE') execute function wait()`,
      name,
    )
    const opening = openAndClose(address)
    const failed = expect(opening).rejects.toMatchObject({code: 'config'})
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'assist' and query ilike '%create table%results%'`
    await expect.poll(() => postgres.query(cut, name), {timeout: 20_000, interval: 20}).not.toEqual([])
    await failed
    const tables = await postgres.query(`select 1 from pg_tables where schemaname = 'public'`, name)
    expect(tables).toEqual([])
    await postgres.query('drop event trigger wait', name)
    await openAndClose(address)
    expect(await applied(address)).toBeGreaterThan(3)
  })

  it('may be one step newer, while servers are replaced one by one, and no more', async () => {
    const address = await postgres.createDatabase()
    await openAndClose(address)
    const add = (name: string) =>
      postgres.query(`insert into kysely_migration values ('${name}', '2030-01-01')`, nameOf(address))
    await add('9998-next')
    await openAndClose(address)
    await add('9999-after-next')
    await expect(open(address)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/newer than this version by 9998-next, 9999-after-next/),
      hint: expect.stringMatching(/start that version/),
    })
  })
})
