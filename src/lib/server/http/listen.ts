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
import {type ConnectionLimits, connectionLimits, createConnections} from './connections.ts'
import {headProblem, MOST_HEAD_BYTES} from './head.ts'
import {boundHeads, type HeadLimits} from './head-room.ts'
import {answerUnread, unreadOf} from './unread.ts'

export interface ListenOptions {
  host: string
  /** 0 = any free one. */
  port: number
  /** PEM texts. */
  tls?: {cert: string; key: string}
  deadlines?: Partial<Deadlines>
  connections?: ConnectionLimits
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
const LATELY_MS = 2000

/** Opens the port. @throws AssistError (config) when it cannot be had. */
export async function listen(app: App, sockets: KickSockets, options: ListenOptions): Promise<Listener> {
  const deadlines = {...DEADLINES, ...options.deadlines}
  const underWay = new Set<ServerResponse>()
  const holds = new Set<AbortController>()
  const closing: {now: boolean; taken?: Promise<void>} = {now: false}
  const limits = options.connections ?? connectionLimits()
  const connections = createConnections(limits)
  let calledAtMs = Number.NEGATIVE_INFINITY

  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    ...serverKind(options.tls, deadlines),
    fetch: async (request, env) => {
      const {incoming, outgoing} = env as {incoming: IncomingMessage; outgoing: ServerResponse}
      follow(incoming, outgoing, underWay, options.onAnswered)
      calledAtMs = performance.now()
      if (closing.now) outgoing.shouldKeepAlive = false
      const problem = headProblem(incoming)
      if (problem !== undefined) outgoing.shouldKeepAlive = false
      if (incoming.headers[HOLD_HEADER] !== undefined) endHoldsWhenClosing(request, outgoing, holds)
      const response = await app.fetch(request, {
        source: plainAddress(incoming.socket.remoteAddress ?? ''),
        target: incoming.url ?? '/',
        admit: (side, id) => connections.admit(incoming.socket, side, id),
        ...(problem !== undefined && {problem}),
      })
      await closing.taken
      // Whoever is nobody is told and gone, and keeps no place from the next.
      if (!connections.isKnown(incoming.socket)) outgoing.shouldKeepAlive = false
      return response
    },
  }) as Server
  server.on('connection', connections.meet)
  // Beyond its limit the parser drops headers without a word; ours answers. The size limit bounds both.
  server.maxHeadersCount = 0
  const heads = boundHeads(server, options.heads)
  server.on('clientError', (error, socket) => {
    if (!socket.writable || isBusy(socket, underWay) || !isReadable(error)) {
      socket.destroy()
      return
    }
    const source = 'remoteAddress' in socket ? plainAddress(String(socket.remoteAddress ?? '')) : ''
    void answerUnread(socket, app.refuseUnread(unreadOf(error), source))
  })
  server.on('upgrade', (incoming, socket, head) => {
    void sockets.upgrade(incoming, socket, head, (id) => connections.admit(incoming.socket, 'agent', id))
  })
  await opened(server, options)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    port,
    close: async () => {
      // First of all, so that nobody who hears that a connection ends comes back by another one, and not by the server's own
      // `close`, which cuts whoever keeps a connection and is sending on it at this moment.
      const isTaken = takeWaiting(server)
      closing.taken = isTaken
      await isTaken
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
      closing.now = true
      heads.end()
      sockets.close()
      for (const outgoing of underWay) if (!outgoing.headersSent) outgoing.shouldKeepAlive = false
      for (const hold of holds) hold.abort()
      if (performance.now() - calledAtMs < LATELY_MS) await Promise.race([closed, sleep(deadlines.farewellMs)])
      server.close()
      const silentMs = performance.now() + deadlines.farewellMs
      const idle = setInterval(() => {
        server.closeIdleConnections()
        if (performance.now() >= silentMs) connections.cutStrangers([...underWay].map((outgoing) => outgoing.socket))
      }, 50)
      const late = setTimeout(() => server.closeAllConnections(), deadlines.drainMs)
      await closed
      clearInterval(idle)
      clearTimeout(late)
    },
  }
}

const LONGEST_TAKING_MS = 1000

/**
 * Takes over the connections that the system has accepted for us, which would be cut with the port: one comes in each turn of the event
 * loop. Meanwhile nobody is answered, because whoever is may come again by another connection.
 */
async function takeWaiting(server: Server): Promise<void> {
  let taken = 0
  const count = (): void => {
    taken += 1
  }
  server.on('connection', count)
  const endMs = performance.now() + LONGEST_TAKING_MS
  let before = -1
  while (taken > before && performance.now() < endMs) {
    before = taken
    // More than one, since a turn may have been before its look at the port.
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate)
  }
  server.off('connection', count)
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
  return {
    createServer: createHttpsServer,
    serverOptions: {...limits, ...tls, minVersion: 'TLSv1.2' as const, handshakeTimeout: deadlines.headersMs},
  }
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

/** Whether it is HTTP that could not be read, and not TLS, over which nothing can be said yet. */
function isReadable({code = ''}: NodeJS.ErrnoException): boolean {
  return code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT'
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
