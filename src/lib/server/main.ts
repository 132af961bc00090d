import {readFileSync} from 'node:fs'
import type {IncomingMessage} from 'node:http'
import {createSecureContext} from 'node:tls'
import {AssistError} from '../core/errors.ts'
import type {Logger} from '../core/log.ts'
import {isLoopback} from '../core/loopback.ts'
import {SIGNATURE_HEADERS} from '../protocol/agent/signature.ts'
import {systemClock} from '../system/clock.ts'
import {openFilesLimit} from '../system/open-files.ts'
import {randomBytes} from '../system/random.ts'
import {createKickSockets} from './agent-api/kick-socket.ts'
import {createRpc} from './api/rpc.ts'
import {createApp} from './app.ts'
import type {ServerDeps} from './deps.ts'
import {connectionLimits} from './http/connections.ts'
import {type Deadlines, listen} from './http/listen.ts'
import {joinOthers} from './join-others.ts'
import {createClockWatch} from './maintenance/clock-watch.ts'
import {maintain} from './maintenance/maintain.ts'
import {prepareDataFolder} from './store/data-folder.ts'
import {lockDataFolder} from './store/lock-data-folder.ts'
import {openServerStore, type ServerStore, type StorePlace} from './store/open-store.ts'
import {createChanges} from './wake/changes.ts'
import {createKicker} from './wake/kicker.ts'

export interface ServerOptions extends StorePlace {
  host: string
  /** 0 = any free one. */
  port: number
  /** Paths of PEM files. */
  tls?: {cert: string; key: string}
  log: Logger
  /** Regions to answer for; the first is the default. None: any name. */
  regions?: readonly string[]
  /** Serve other machines without TLS. Whoever can read the traffic then owns the fleet. */
  allowPlainHttp?: boolean
  deadlines?: Partial<Deadlines>
}

export interface RunningServer {
  url: string
  port: number
  deps: ServerDeps
  /** Stops accepting, lets requests under way finish (10 s at most), closes the database. */
  close(): Promise<void>
  /** When an API call or something about a task last happened; heart-beats do not count. Unix ms. */
  lastActivityMs(): number
}

/** The control plane as a process. @throws AssistError (config) when it cannot be started as asked. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const {host, log} = options
  if (!options.tls && !options.allowPlainHttp && !isLoopback(host)) {
    throw new AssistError(
      'config',
      `will not serve ${host} without TLS: commands and credentials would travel readable`,
      {
        hint: 'Give a certificate and its key, or listen on 127.0.0.1.',
      },
    )
  }
  const tls = options.tls && readTls(options.tls)
  const {deps, close} = await openDeps(options)
  let activeAtMs = deps.clock.now()
  const app = createApp(deps, {
    rpc: createRpc(deps),
    onActivity: () => {
      activeAtMs = deps.clock.now()
    },
  })
  const sockets = createKickSockets(deps, app.kickFace)
  const listener = await listen(app, sockets, {
    host,
    port: options.port,
    ...(tls && {tls}),
    ...(options.deadlines && {deadlines: options.deadlines}),
    connections: connectionLimits(openFilesLimit()),
    onAnswered: (incoming, status, ms) => logRequest(log, incoming, status, ms),
  }).catch(async (error: unknown) => {
    sockets.close()
    await close()
    throw error
  })
  const stopping = new AbortController()
  const maintenance = maintain(deps, stopping.signal)
  const url = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${listener.port}`
  log.info('server started', {url})
  return {
    url,
    port: listener.port,
    deps,
    lastActivityMs: () => activeAtMs,
    close: onlyOnce(async () => {
      stopping.abort()
      await listener.close()
      await maintenance
      await close()
      log.info('server stopped')
    }),
  }
}

/** What the server works with, and how to let go of it. */
async function openDeps(options: ServerOptions): Promise<{deps: ServerDeps; close(): Promise<void>}> {
  prepareDataFolder(options.dataDir)
  const lock = options.database ? NO_LOCK : lockDataFolder(options.dataDir)
  let store: ServerStore | undefined
  const close = async (): Promise<void> => {
    await store?.close()
    lock.release()
  }
  try {
    store = await openServerStore(options, randomBytes)
    const alone = createServerDeps(store, {log: options.log, regions: options.regions ?? []})
    const {deps, leave} = await joinOthers(store, alone)
    return {deps, close: () => leave().then(close)}
  } catch (error) {
    await close()
    throw error
  }
}

const NO_LOCK = {release: () => {}}

/** Real dependencies around an open store; enough for what works on the store without a server. */
export function createServerDeps(store: ServerStore, options: {log: Logger; regions: readonly string[]}): ServerDeps {
  return {
    db: store.db,
    secrets: store.secrets,
    clock: systemClock,
    clockWatch: createClockWatch(systemClock),
    randomBytes,
    changes: createChanges(),
    kicker: createKicker(),
    ...options,
  }
}

function readTls(paths: {cert: string; key: string}): {cert: string; key: string} {
  const tls = {cert: readPem(paths.cert, 'certificate'), key: readPem(paths.key, 'key')}
  try {
    createSecureContext(tls)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError(
      'config',
      `the certificate ${paths.cert} and the key ${paths.key} cannot be used: ${reason}`,
      {
        hint: 'Both must be PEM files, and the key must be the one of the certificate.',
        cause: error,
      },
    )
  }
  return tls
}

function readPem(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError('config', `cannot read the ${what} ${path}: ${reason}`, {
      hint: 'Check the path and that you may read it.',
      cause: error,
    })
  }
}

/** So frequent, and so much alike, that they would drown the rest. Failures are logged all the same. */
const QUIET = /^\/(healthz|readyz|metrics|luban\/api\/(heart-beat|connection_detect|metrics))\b/

/** No query and no body: both may hold secrets. */
function logRequest(log: Logger, incoming: IncomingMessage, status: number, ms: number): void {
  const path = (incoming.url ?? '').split('?')[0]?.slice(0, 100) ?? ''
  if (status < 400 && status > 0 && QUIET.test(path)) return
  const instanceId = incoming.headers[SIGNATURE_HEADERS.instanceId]
  log.info('request', {
    method: incoming.method,
    path,
    status,
    ms: Math.round(ms * 10) / 10,
    instanceId: typeof instanceId === 'string' ? instanceId.slice(0, 64) : undefined,
  })
}

function onlyOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
