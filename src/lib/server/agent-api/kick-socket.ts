import type {IncomingMessage} from 'node:http'
import type {Duplex} from 'node:stream'
import {type RawData, type WebSocket, WebSocketServer} from 'ws'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {ServerDeps} from '../deps.ts'
import type {Guesses} from '../guesses.ts'
import type {Admission} from '../http/connections.ts'
import {plainAddress} from '../rules/ip-range.ts'
import {findOpenWork} from '../store/runs/open-work.ts'
import type {InstanceRow} from '../store/schema.ts'
import {AgentRefusal, retryAfter} from './answer.ts'
import {type AuthenticateDeps, authenticateAgent} from './auth/authenticate.ts'
import {checkAdmitted, slowGuesses} from './auth/strangers.ts'

const MOST_FRAME_BYTES = 64 * 1024
/** What a peer that does not read may make us keep. */
const MOST_BUFFERED_BYTES = 1024 * 1024
const PING_MS = 30_000
/** Within this a living agent answers a ping. */
const ANSWERS_MS = 2000
const NO_BODY = new Uint8Array(0)

/** How peers prove who they are. */
export interface KickFace {
  authenticate: AuthenticateDeps
  guesses: Guesses
}

export interface KickSockets {
  /** Handles one upgrade, whatever comes; never rejects. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer, admit?: (id: string) => Admission): Promise<void>
  /** Closes all, politely first. */
  close(): void
}

/** The sockets over which agents are woken. Nothing depends on them: a task whose kick got lost is found by the next fetch. */
export function createKickSockets(deps: ServerDeps, {authenticate, guesses}: KickFace): KickSockets {
  const server = new WebSocketServer({noServer: true, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false})
  const silent = new WeakSet<WebSocket>()
  const pinging = setInterval(() => {
    for (const socket of server.clients) pingOrDrop(socket, silent)
  }, PING_MS)
  pinging.unref()
  return {
    upgrade: async (incoming, socket, head, admit) => {
      socket.on('error', () => socket.destroy())
      try {
        const instance = await identify({authenticate, guesses}, incoming)
        checkAdmitted(admit?.(instance.instance_id))
        if (await deps.kicker.findRival(instance.instance_id, deps.clock.now())) {
          deps.log.warn('two agents use one identity', {instanceId: instance.instance_id})
          throw new AgentRefusal(409, 'Another agent uses this identity. A cloned machine needs one of its own.')
        }
        server.handleUpgrade(incoming, socket, head, (webSocket) => {
          attend(deps, webSocket, instance)
          webSocket.on('pong', () => silent.delete(webSocket))
        })
      } catch (error) {
        refuseUpgrade(socket, error)
      }
    },
    close: () => {
      clearInterval(pinging)
      for (const socket of server.clients) {
        socket.close(1001, 'going away')
        // Whoever does not answer the close is cut.
        setTimeout(() => socket.terminate(), 1000).unref()
      }
      server.close()
    },
  }
}

async function identify({authenticate, guesses}: KickFace, incoming: IncomingMessage): Promise<InstanceRow> {
  const target = incoming.url ?? '/'
  if (target.split('?')[0] !== AGENT_PATHS.notify) throw new AgentRefusal(404, 'There is nothing here.')
  const header = (name: string): string | null => {
    const value = incoming.headers[name]
    return typeof value === 'string' ? value : null
  }
  const request = {method: 'GET', target, header, body: async () => NO_BODY}
  const source = plainAddress(incoming.socket.remoteAddress ?? '')
  const {instance} = await slowGuesses(guesses, {source, header}, () =>
    authenticateAgent(authenticate, request, {once: true}),
  )
  return instance
}

function attend(deps: ServerDeps, socket: WebSocket, instance: InstanceRow): void {
  const {instance_id: instanceId} = instance
  const disconnected = deps.kicker.connected(instanceId, {
    send: (text) => {
      if (!cutIfClogged(socket)) socket.send(text)
    },
    close: (code, reason) => socket.close(code, reason),
    answers: () => answersPing(socket),
    comesBack: instance.strong === 1,
  })
  socket.on('close', () => disconnected(deps.clock.now()))
  socket.on('error', () => socket.terminate())
  // Answers to kicks (`accept:…`) need no answer; pings and floods are answered only while the peer reads.
  socket.on('message', (_data: RawData) => cutIfClogged(socket))
  socket.on('ping', () => cutIfClogged(socket))
  deps.log.info('agent connected', {instanceId})
  kickIfOpen(deps, instance).catch(() => deps.log.warn('could not look for open work', {instanceId}))
}

/** A peer that is gone without a word, or no more than a memory of TCP, does not answer. */
function answersPing(socket: WebSocket): Promise<boolean> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve(false)
  return new Promise((resolve) => {
    const settle = (answers: boolean): void => {
      clearTimeout(timer)
      socket.off('pong', onPong)
      socket.off('close', onClose)
      resolve(answers)
    }
    const onPong = (): void => settle(true)
    const onClose = (): void => settle(false)
    const timer = setTimeout(onClose, ANSWERS_MS)
    socket.on('pong', onPong)
    socket.on('close', onClose)
    socket.ping()
  })
}

/** Agents do not fetch when they reconnect. */
async function kickIfOpen(deps: ServerDeps, instance: InstanceRow): Promise<void> {
  const work = await findOpenWork(deps.db.read, instance)
  if (work) deps.kicker.kick(work.instanceId, {kind: work.kind, taskId: work.taskId})
}

function cutIfClogged(socket: WebSocket): boolean {
  if (socket.bufferedAmount <= MOST_BUFFERED_BYTES) return false
  socket.close(4408, 'too slow')
  socket.terminate()
  return true
}

/** Twice in a row without a pong: the connection is dead, whatever TCP believes. */
function pingOrDrop(socket: WebSocket, silent: WeakSet<WebSocket>): void {
  if (silent.has(socket)) {
    socket.terminate()
    return
  }
  silent.add(socket)
  socket.ping()
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
}

function refuseUpgrade(socket: Duplex, error: unknown): void {
  const refusal = error instanceof AgentRefusal ? error : new AgentRefusal(500, 'The server failed.')
  const {status, message} = refusal
  const body = JSON.stringify({code: status, message})
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    ...retryAfter(status, refusal.retryAfterMs),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_TEXT[status] ?? 'Internal Server Error'}\r\n${lines.join('')}\r\n${body}`)
}
