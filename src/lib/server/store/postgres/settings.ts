import {readFileSync} from 'node:fs'
import {type ConnectionOptions, checkServerIdentity} from 'node:tls'
import {AssistError} from '../../../core/errors.ts'
import {isLoopback} from '../../../core/loopback.ts'

/** Where a database is and how to get there. */
export interface DatabaseSettings {
  host: string
  port: number
  user: string
  /** Absent: the driver looks into PGPASSWORD and the password file. */
  password?: string
  database: string
  ssl: false | ConnectionOptions
  /** For messages: host, port and name, and no more. */
  place: string
}

type Environment = Readonly<Record<string, string | undefined>>

const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof SSL_MODES)[number]

/** Parameters of the address, and the variables that stand in for them. */
const PARAMETERS = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
} as const
type ParameterName = keyof typeof PARAMETERS

/**
 * Reads an address `postgres://user@host:port/name?sslmode=…`; what it leaves out comes from the variables of libpq. Without a word about
 * TLS, a database on another machine must prove who it is, and one on this machine is spoken to as it is.
 * @throws AssistError (config); no message repeats the address, which may hold a password.
 */
export function parseDatabaseUrl(address: string, env: Environment): DatabaseSettings {
  const url = parseUrl(address)
  const unknown = [...url.searchParams.keys()].find((name) => !Object.hasOwn(PARAMETERS, name))
  if (unknown !== undefined) {
    throw wrong(
      `has no parameter ${JSON.stringify(unknown.slice(0, 40))}`,
      `It may have: ${Object.keys(PARAMETERS).join(', ')}.`,
    )
  }
  const given = (name: ParameterName): string | undefined =>
    url.searchParams.get(name) || env[PARAMETERS[name]] || undefined
  const host = decode(url.hostname).replace(/^\[(.*)\]$/, '$1') || given('host') || 'localhost'
  const port = readPort(url.port || given('port') || '5432')
  const user = decode(url.username) || given('user') || env.USER || 'postgres'
  const database = decode(url.pathname.slice(1)) || env.PGDATABASE || user
  const isSocket = host.startsWith('/')
  return {
    host,
    port,
    user,
    ...(url.password !== '' && {password: decode(url.password)}),
    database,
    ssl: isSocket ? false : readSsl(given, host),
    place: `${isSocket || !host.includes(':') ? host : `[${host}]`}:${port}/${database}`,
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw wrong('holds a % that stands for nothing', 'Write % itself, as in a password, as %25.')
  }
}

function parseUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url && (url.protocol === 'postgres:' || url.protocol === 'postgresql:')) return url
  throw wrong('cannot be read', 'It looks like: postgres://user@host:5432/assist?sslmode=verify-full')
}

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port
  throw wrong('names no port', 'A port is a number from 1 to 65535.')
}

function readSsl(given: (name: ParameterName) => string | undefined, host: string): false | ConnectionOptions {
  const mode = given('sslmode') ?? (isLoopback(host) ? 'disable' : 'verify-full')
  if (!isSslMode(mode)) {
    throw wrong(
      `asks for sslmode=${mode.slice(0, 40)}`,
      `sslmode may be ${SSL_MODES.join(', ')}; what only prefers TLS would not notice when it is left out.`,
    )
  }
  if (mode === 'disable') return false
  const [ca, cert, key] = (['sslrootcert', 'sslcert', 'sslkey'] as const).map((name) => readPem(name, given(name)))
  const files = {...(ca && {ca}), ...(cert && {cert}), ...(key && {key})}
  // As libpq has it: with an authority at hand, `require` also asks for a certificate by it.
  if (mode === 'require' && ca === undefined) return {...files, rejectUnauthorized: false}
  return {
    ...files,
    rejectUnauthorized: true,
    checkServerIdentity: (_name, certificate) =>
      mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  }
}

function isSslMode(mode: string): mode is SslMode {
  return (SSL_MODES as readonly string[]).includes(mode)
}

function readPem(name: ParameterName, path: string | undefined): string | undefined {
  if (path === undefined || path === 'system') return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError('config', `cannot read the ${name} of the database: ${reason}`, {
      hint: 'Check the path and that you may read it.',
      cause: error,
    })
  }
}

function wrong(what: string, hint: string): AssistError {
  return new AssistError('config', `the address of the database ${what}`, {hint})
}
