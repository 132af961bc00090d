import {copyFileSync, mkdirSync, readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {assist, PROJECT, startAssist, tempFolder} from '../support/cli.ts'
import {installPostgres, type Postgres, startPostgres} from '../support/postgres.ts'

const installed = installPostgres()
const TLS = {cert: join(PROJECT, 'test/fixtures/tls/cert.pem'), key: join(PROJECT, 'test/fixtures/tls/key.pem')}

describe.skipIf('skipped' in installed)('a server on PostgreSQL', () => {
  let postgres: Postgres
  let home: ReturnType<typeof tempFolder>
  let database: string
  beforeAll(async () => {
    if (!('skipped' in installed)) postgres = await startPostgres(installed, {tls: TLS})
  })
  afterAll(() => postgres?.remove())
  beforeEach(async () => {
    home = tempFolder()
    database = await postgres.createDatabase()
  })
  afterEach(() => home.remove())

  const data = (name = 'plane'): string[] => ['--data-dir', join(home.path, name)]
  const without = (address: string): string => address.replace(`:${postgres.password}@`, '@')
  const keyList = (env: Record<string, string>, ...words: string[]) =>
    assist(['server', 'key', 'list', ...data(), ...words], {home: home.path, env})
  async function makeKey(): Promise<{accessKeyId: string; accessKeySecret: string}> {
    const made = await assist(['server', 'key', 'create', ...data(), '--json'], {
      home: home.path,
      env: {ASSIST_DATABASE: database},
    })
    expect(made).toMatchObject({code: 0})
    return JSON.parse(made.stdout)
  }

  it('serves from the database, and its password is nowhere to be seen', async () => {
    const {accessKeyId, accessKeySecret} = await makeKey()
    const server = startAssist(['server', 'start', ...data(), '--port', '0'], {
      home: home.path,
      env: {ASSIST_DATABASE: database},
    })
    const [, url = ''] = await server.seen(/Listening at (http:\S+)/)
    const called = await assist(['create-command', '--name', 'x', '--region', 'any', '--endpoint', url, 'echo 1'], {
      home: home.path,
      env: {ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret},
    })
    expect(called).toMatchObject({code: 0})
    expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(postgres.password)
    server.process.kill('SIGTERM')
    expect(await server.ended).toMatchObject({code: 0})
    expect(server.stderr() + server.stdout()).not.toContain(postgres.password)
    const name = new URL(database).pathname.slice(1)
    expect(await postgres.query('select name from commands', name)).toEqual([{name: 'x'}])
  })

  it('takes the address as a flag and the password as the tools of PostgreSQL do', async () => {
    expect(await keyList({PGPASSWORD: postgres.password}, '--database', without(database))).toMatchObject({code: 0})
  })

  it('refuses a password where others can read it', async () => {
    const ended = await keyList({}, '--database', database)
    expect(ended).toMatchObject({code: 2})
    expect(ended.stderr).toMatch(/password in --database can be read by everybody.*\n.*ASSIST_DATABASE/)
    expect(ended.stderr + ended.stdout).not.toContain(postgres.password)
  })

  it.each([
    {
      name: 'a wrong password',
      change: (url: string) => url.replace(/:[0-9a-f]+@/, ':secret-guess@'),
      says: /password authentication failed/,
    },
    {
      name: 'a database that is not there',
      change: (url: string) => `${url}x`,
      says: /database "test_\w+x" does not exist/,
    },
    {name: 'nobody at that port', change: (url: string) => url.replace(/:\d+\//, ':1/'), says: /ECONNREFUSED/},
    {
      name: 'another kind of address',
      change: (url: string) => url.replace('postgres:', 'mysql:'),
      says: /address of the database cannot be read/,
    },
    {
      name: 'a password with a bare %',
      change: (url: string) => url.replace(/:[0-9a-f]+@/, ':secret-guess%zz@'),
      says: /holds a % that stands for nothing\n.*%25/,
    },
    {name: 'an unknown parameter', change: (url: string) => `${url}?sslmod=require`, says: /has no parameter "sslmod"/},
    {name: 'TLS that is only preferred', change: (url: string) => `${url}?sslmode=prefer`, says: /sslmode=prefer/},
    {
      name: 'an authority that is not there',
      change: (url: string) => `${url}?sslmode=verify-full&sslrootcert=/nope.pem`,
      says: /cannot read the sslrootcert/,
    },
    {
      name: 'a server nobody vouches for',
      change: (url: string) => `${url}?sslmode=verify-full`,
      says: /self.signed certificate/,
    },
    {
      name: 'a certificate of another name',
      change: (url: string) => `${url.replace('127.0.0.1', '127.0.0.2')}?sslmode=verify-full&sslrootcert=${TLS.cert}`,
      says: /127\.0\.0\.2|ECONNREFUSED/,
    },
  ])('says in one line what is wrong with $name, and no secret', async ({change, says}) => {
    const ended = await keyList({ASSIST_DATABASE: change(database)})
    expect(ended).toMatchObject({code: 120, stdout: ''})
    expect(ended.stderr).toMatch(says)
    expect(ended.stderr).not.toMatch(new RegExp(`${postgres.password}|secret-guess|    at `))
  })

  it.each(['require', 'verify-ca', 'verify-full'])('speaks TLS: %s', async (mode) => {
    const ca = mode === 'require' ? '' : `&sslrootcert=${TLS.cert}`
    expect(await keyList({ASSIST_DATABASE: `${database}?sslmode=${mode}${ca}`})).toMatchObject({code: 0, stderr: ''})
  })

  it('refuses a database that would lose what it acknowledged', async () => {
    const name = new URL(database).pathname.slice(1)
    await postgres.query(`alter database ${name} set synchronous_commit = off`)
    const ended = await keyList({ASSIST_DATABASE: database})
    expect(ended).toMatchObject({code: 120})
    expect(ended.stderr).toMatch(/synchronous_commit off/)
  })

  it('stops when it is told to although the database has gone', async () => {
    const server = startAssist(['server', 'start', ...data(), '--port', '0'], {
      home: home.path,
      env: {ASSIST_DATABASE: database},
    })
    await server.seen(/Listening at/)
    await postgres.stop()
    await server.seen(/link to the other servers on the database is lost/)
    server.process.kill('SIGTERM')
    expect(await server.ended).toMatchObject({code: 0})
    expect(server.stderr()).not.toContain(postgres.password)
    await postgres.start()
  })

  it('wants the key that the other servers have', async () => {
    await makeKey()
    const start = (name: string) =>
      assist(['server', 'start', ...data(name), '--port', '0'], {home: home.path, env: {ASSIST_DATABASE: database}})
    expect((await start('second')).stderr).toMatch(/second\/master\.key is missing/)
    mkdirSync(join(home.path, 'third'), {mode: 0o700})
    // On its own, it makes a key of its own.
    await assist(['server', 'key', 'create', ...data('third')], {home: home.path})
    expect((await start('third')).stderr).toMatch(/third\/master\.key is not the key/)
    rmSync(join(home.path, 'second'), {recursive: true, force: true})
    mkdirSync(join(home.path, 'second'), {mode: 0o700})
    copyFileSync(join(home.path, 'plane/master.key'), join(home.path, 'second/master.key'))
    const second = startAssist(['server', 'start', ...data('second'), '--port', '0'], {
      home: home.path,
      env: {ASSIST_DATABASE: database},
    })
    await second.seen(/Listening at/)
    second.process.kill('SIGTERM')
    await second.ended
  })
})
