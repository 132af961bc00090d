import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {openSqlite} from '../../src/lib/server/store/sqlite/open.ts'
import {assist, startAssist, tempFolder} from '../support/cli.ts'
import {installPostgres, type Postgres, startPostgres} from '../support/postgres.ts'

const installed = installPostgres()

describe.skipIf('skipped' in installed)('server migrate', () => {
  let postgres: Postgres
  let home: ReturnType<typeof tempFolder>
  let database: string
  beforeAll(async () => {
    if (!('skipped' in installed)) postgres = await startPostgres(installed)
  })
  afterAll(() => postgres?.remove())
  beforeEach(async () => {
    home = tempFolder()
    database = await postgres.createDatabase()
  })
  afterEach(() => home.remove())

  const data = (): string[] => ['--data-dir', join(home.path, 'plane')]
  const run = (words: readonly string[], env: Record<string, string> = {}) => assist(words, {home: home.path, env})
  const migrate = () => run(['server', 'migrate', ...data(), '--json'], {ASSIST_DATABASE: database})
  const inDatabase = (sql: string) => postgres.query(sql, new URL(database).pathname.slice(1))

  /** A plane with a key, a command and results of many bytes. */
  async function prepare(): Promise<{env: Record<string, string>}> {
    const {accessKeyId, accessKeySecret} = JSON.parse(
      (await run(['server', 'key', 'create', ...data(), '--json'])).stdout,
    )
    const db = await openSqlite(join(home.path, 'plane', 'assist.db'))
    const zeros = {end_ms: 2, dropped: 0, output_end: 3, gap_after: 0, gap_bytes: 0, created_at_ms: 1, updated_at_ms: 1}
    const rows = Array.from({length: 900}, (_, index) => ({
      ...{invoke_id: `t-${index}`, instance_id: 'mi-1', start_ms: index, round: 1, state: 'Success' as const},
      ...{exit_code: index % 2 ? 0 : null, error_code: '', error_info: '', output: Buffer.from([0, 255, index % 256])},
      ...zeros,
    }))
    await db.write(async (tx) => {
      for (let from = 0; from < rows.length; from += 300) {
        await tx
          .insertInto('results')
          .values(rows.slice(from, from + 300))
          .execute()
      }
    })
    await db.close()
    return {env: {ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret}}
  }

  it('moves everything, as it was, and the old keys open the new server', async () => {
    const {env} = await prepare()
    const moved = await migrate()
    expect(moved).toMatchObject({code: 0})
    expect(moved.stderr).toMatch(/Start servers with --database and the master\.key/)
    expect(JSON.parse(moved.stdout).tables).toContainEqual({table: 'results', rows: 900})
    const [row] = await inDatabase(`select output, exit_code, start_ms from results where invoke_id = 't-7'`)
    expect(row).toMatchObject({output: Buffer.from([0, 255, 7]), exit_code: '0', start_ms: '7'})
    expect(await inDatabase(`select count(*) as n from results where exit_code is null`)).toEqual([{n: '450'}])
    const server = startAssist(['server', 'start', ...data(), '--port', '0'], {
      home: home.path,
      env: {ASSIST_DATABASE: database},
    })
    const [, url = ''] = await server.seen(/Listening at (http:\S+)/)
    expect(await run(['describe-commands', '--region', 'any', '--endpoint', url], env)).toMatchObject({code: 0})
    server.process.kill('SIGTERM')
    await server.ended
    expect(existsSync(join(home.path, 'plane', 'assist.db'))).toBe(true)
  })

  it('refuses a database with something in it, and a second time', async () => {
    await prepare()
    expect(await migrate()).toMatchObject({code: 0})
    const again = await migrate()
    expect(again).toMatchObject({code: 120})
    expect(again.stderr).toMatch(/not empty: it has 1 row of access_keys/)
    expect(await inDatabase('select count(*) as n from results')).toEqual([{n: '900'}])
  })

  it('leaves nothing behind when it is killed midway, and can be done again', async () => {
    await prepare()
    // Its last rows wait for this session.
    expect(await run(['server', 'key', 'list', ...data()], {ASSIST_DATABASE: database})).toMatchObject({code: 0})
    await inDatabase(
      `create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(1); return null; end'`,
    )
    await inDatabase('create trigger wait after insert on results for each statement execute function wait()')
    const migrating = startAssist(['server', 'migrate', ...data()], {home: home.path, env: {ASSIST_DATABASE: database}})
    const isInserting = () =>
      inDatabase(
        `select 1 from pg_stat_activity where application_name = 'assist' and query like 'insert into "results"%'`,
      )
    await expect.poll(isInserting, {timeout: 20_000}).not.toEqual([])
    migrating.process.kill('SIGKILL')
    await migrating.ended
    await inDatabase('drop trigger wait on results')
    for (const table of ['access_keys', 'results', 'audit']) {
      expect(await inDatabase(`select count(*) as n from ${table}`)).toEqual([{n: '0'}])
    }
    expect(await migrate()).toMatchObject({code: 0})
    expect(await inDatabase('select count(*) as n from results')).toEqual([{n: '900'}])
  })

  it('wants the server stopped, a folder with a database, and an address', async () => {
    const server = startAssist(['server', 'start', ...data(), '--port', '0'], {home: home.path})
    await server.seen(/Listening at/)
    expect((await migrate()).stderr).toMatch(/another server runs on the data folder/)
    server.process.kill('SIGTERM')
    await server.ended
    const nowhere = await run(['server', 'migrate', '--data-dir', join(home.path, 'nope')], {ASSIST_DATABASE: database})
    expect(nowhere).toMatchObject({code: 120})
    expect(nowhere.stderr).toMatch(/there is no database .*nope\/assist\.db/)
    expect(existsSync(join(home.path, 'nope'))).toBe(false)
    expect(await run(['server', 'migrate', ...data()])).toMatchObject({code: 2})
    expect((await run(['server', 'migrate', ...data(), '--to', database])).stderr).toMatch(/password in --to/)
  })
})
