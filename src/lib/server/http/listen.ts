import {createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {createServer as createHttpsServer} from 'node:https'
import {Server as NetServer} from 'node:net'
import type {Duplex} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'
import {createAdaptorServer} from '@hono/node-server'
import {AssistError} from '../../core/errors.ts'
import {HOLD_HEADER} from '../../protocol/ecs/hold.ts'
import type {KickSockets} from '../agent-api/kick-socket.ts'
import type {App} from '../app.ts'
import {plainAddress} from '../rules/ip-range.ts'
import {headProblem, MOST_HEAD_BYTES} from './head.ts'
import {boundHeads, type HeadLimits} from './head-room.ts'
import {CONNECTION_SHARES, createShares, type Side} from './shares.ts'
import {answerUnread, unreadOf} from './unread.ts'

export interface ListenOptions {
  host: string
  /** 0 = any free one. */
  port: number
  /** PEM texts. */
  tls?: {cert: string; key: string}
  deadlines?: Partial<Deadlines>
  /** Most connections of agents and of callers. */
  shares?: Readonly<Record<Side, number>>
  /** What heads that never end may hold. */
  heads?: HeadLimits
  /** Called once per answered request. */
  onAnswered?(incoming: IncomingMessage, status: number, ms: number): void
}

export interface Deadlines {
  headersMs: number
  bodyMs: number
  keepAliveMs: number
  /** How long a closing server that was called lately still answers on the connections it has, each for the last time. */
  farewellMs: number
  /** How long requests under way may take to finish after that. */
  drainMs: number
}

export interface Listener {
  port: number
  close(): Promise<void>
}

const DEADLINES: Deadlines = {headersMs: 10_000, bodyMs: 30_000, keepAliveMs: 75_000, farewellMs: 400, drainMs: 10_000}
/** Those that have not said yet who they are, which they must within seconds. */
const UNKNOWN_CONNECTIONS = 2000
const LATELY_MS = 2000

/** Opens the port. @throws AssistError (config) when it cannot be had. */
export async function listen(app: App, sockets: KickSockets, options: ListenOptions): Promise<Listener> {
  const deadlines = {...DEADLINES, ...options.deadlines}
  const underWay = new Set<ServerResponse>()
  const holds = new Set<AbortController>()
  const closing = {now: false}
  const most = options.shares ?? CONNECTION_SHARES
  const shares = createShares(most)
  let calledAtMs = Number.NEGATIVE_INFINITY

  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    ...serverKind(options.tls, deadlines),
    fetch: async (request, env) => {
      const {incoming, outgoing} = env as {incoming: IncomingMessage; outgoing: ServerResponse}
      follow(incoming, outgoing, underWay, options.onAnswered)
      calledAtMs = performance.now()
      if (closing.now) outgoing.shouldKeepAlive = false
      if (!shares.admit(incoming.socket, sideOf(incoming))) return refuseConnection(outgoing)
      const problem = headProblem(incoming)
      if (problem !== undefined) outgoing.shouldKeepAlive = false
      if (incoming.headers[HOLD_HEADER] !== undefined) endHoldsWhenClosing(request, outgoing, holds)
      return app.fetch(request, {
        source: plainAddress(incoming.socket.remoteAddress ?? ''),
        target: incoming.url ?? '/',
        ...(problem !== undefined && {problem}),
      })
    },
  }) as Server
  server.maxConnections = most.agent + most.caller + UNKNOWN_CONNECTIONS
  // Beyond its limit the parser drops headers without a word; ours answers. The size limit bounds both.
  server.maxHeadersCount = 0
  const heads = boundHeads(server, options.heads)
  server.on('clientError', (error, socket) => {
    if (!socket.writable || isBusy(socket, underWay)) {
      socket.destroy()
      return
    }
    const source = 'remoteAddress' in socket ? plainAddress(String(socket.remoteAddress ?? '')) : ''
    void answerUnread(socket, app.refuseUnread(unreadOf(error), source))
  })
  server.on('upgrade', (incoming, socket, head) => {
    if (shares.admit(incoming.socket, sideOf(incoming))) void sockets.upgrade(incoming, socket, head)
    else socket.end(`HTTP/1.1 503 Service Unavailable\r\nretry-after: ${FULL_WAIT_SEC}\r\nconnection: close\r\n\r\n`)
  })
  await opened(server, options)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    port,
    close: async () => {
      // First of all, so that nobody who hears that a connection ends comes back by another one, and not by the server's own
      // `close`, which cuts whoever keeps a connection and is sending on it at this moment.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
      closing.now = true
      heads.end()
      sockets.close()
      for (const outgoing of underWay) if (!outgoing.headersSent) outgoing.shouldKeepAlive = false
      for (const hold of holds) hold.abort()
      if (performance.now() - calledAtMs < LATELY_MS) await Promise.race([closed, sleep(deadlines.farewellMs)])
      server.close()
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const late = setTimeout(() => server.closeAllConnections(), deadlines.drainMs)
      await closed
      clearInterval(idle)
      clearTimeout(late)
    },
  }
}

/** Agents come back by themselves, spread over a longer time than this. */
const FULL_WAIT_SEC = 30

function sideOf({url}: IncomingMessage): Side {
  return url?.startsWith('/luban/') ? 'agent' : 'caller'
}

function refuseConnection(outgoing: ServerResponse): Response {
  outgoing.shouldKeepAlive = false
  const message = 'The server has as many connections of this kind as it may.'
  const body = {code: 503, Code: 'ServiceUnavailable', message, Message: message}
  return Response.json(body, {status: 503, headers: {'retry-after': String(FULL_WAIT_SEC)}})
}

function serverKind(tls: ListenOptions['tls'], deadlines: Deadlines) {
  const limits = {
    maxHeaderSize: MOST_HEAD_BYTES,
    headersTimeout: deadlines.headersMs,
    requestTimeout: deadlines.bodyMs,
    keepAliveTimeout: deadlines.keepAliveMs,
    connectionsCheckingInterval: Math.min(2000, deadlines.headersMs / 2),
    noDelay: true,
  }
  if (!tls) return {createServer: createHttpServer, serverOptions: limits}
  return {createServer: createHttpsServer, serverOptions: {...limits, ...tls, minVersion: 'TLSv1.2' as const}}
}

function follow(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  underWay: Set<ServerResponse>,
  onAnswered: ListenOptions['onAnswered'],
): void {
  const startedMs = performance.now()
  underWay.add(outgoing)
  outgoing.once('close', () => {
    underWay.delete(outgoing)
    onAnswered?.(incoming, outgoing.headersSent ? outgoing.statusCode : 0, performance.now() - startedMs)
  })
}

/** An answer is already on its way: another one would be taken for a part of it. */
function isBusy(socket: Duplex, underWay: ReadonlySet<ServerResponse>): boolean {
  return [...underWay].some((outgoing) => outgoing.socket === socket && outgoing.headersSent)
}

/** A held answer ends when its caller hangs up, and when the server closes: with what there is to say, not with an error. */
function endHoldsWhenClosing(request: Request, outgoing: ServerResponse, holds: Set<AbortController>): void {
  const hold = new AbortController()
  holds.add(hold)
  Object.defineProperty(request, 'signal', {value: hold.signal})
  outgoing.once('close', () => {
    holds.delete(hold)
    hold.abort()
  })
}

async function opened(server: Server, {host, port}: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({host, port}, resolve)
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError('config', `cannot listen on ${host} port ${port}: ${reason}`, {
      hint: 'Choose another address or port, or stop what uses it.',
      cause: error,
    })
  })
  server.on('error', () => {})
}
