import {randomBytes} from 'node:crypto'
import {createConnection, type Socket} from 'node:net'
import {join} from 'node:path'
import {afterEach} from 'vitest'
import {WebSocket} from 'ws'
import {AGENT_PATHS} from '../../src/lib/protocol/agent/paths.ts'
import {createApp} from '../../src/lib/server/app.ts'
import {type RunningServer, type ServerOptions, startServer} from '../../src/lib/server/main.ts'
import type {Agent, Face} from './agent-face.ts'
import {tempFolder} from './temp-folder.ts'

const running: RunningServer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

/** A real server on a port of its own, closed after the test, and a face on the same store to prepare things with. */
export async function startTestServer(
  options: Partial<ServerOptions> = {},
): Promise<{server: RunningServer; face: Face}> {
  const logged: Face['logged'] = []
  const note = (message: string, fields = {}): void => {
    logged.push({message, fields})
  }
  const server = await startServer({
    dataDir: join(tempFolder(), `data-${randomBytes(4).toString('hex')}`),
    host: '127.0.0.1',
    port: 0,
    log: {info: note, warn: note, error: note},
    ...options,
  })
  running.push(server)
  const {deps} = server
  const clock = {
    ...deps.clock,
    jumpMs: 0,
    get nowMs() {
      return Date.now()
    },
    set nowMs(_value: number) {
      throw new Error('real time')
    },
  }
  return {server, face: {deps, app: createApp(deps, {rpc: async () => new Response('')}), clock, logged, rpcCalls: []}}
}

export interface KickClient {
  socket: WebSocket
  heard: string[]
  closed: Promise<number>
  /** Resolves when that many kicks have come. */
  hear(count: number): Promise<string[]>
}

/** Connects as an agent. @throws Error with the status when the server refuses. */
export async function connectKick(
  server: RunningServer,
  agent: Agent,
  change: Record<string, string> = {},
): Promise<KickClient> {
  const headers = agent.headers('GET', AGENT_PATHS.notify, new Uint8Array(0), change)
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${AGENT_PATHS.notify}`, {headers})
  const heard: string[] = []
  const waiting = new Set<() => void>()
  socket.on('message', (data) => {
    heard.push(String(data))
    for (const wake of waiting) wake()
  })
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  const hear = (count: number): Promise<string[]> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (heard.length < count) return
        waiting.delete(look)
        resolve(heard)
      }
      waiting.add(look)
      look()
    })
  return {socket, heard, closed, hear}
}

/** Bytes as they are, and whatever comes back until the server hangs up. */
export function sendRaw(port: number, text: string): {socket: Socket; first: Promise<string>; ended: Promise<string>} {
  const socket = createConnection({host: '127.0.0.1', port})
  let answer = ''
  socket.on('data', (data) => {
    answer += data.toString('latin1')
  })
  socket.on('error', () => {})
  const first = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString('latin1'))))
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(answer)))
  socket.write(text)
  return {socket, first, ended}
}
