import http from 'node:http'
import type {Duplex} from 'node:stream'

/**
 * Keeps connections for the next call without keeping the process alive, and goes through `proxy` by CONNECT. Only https goes through a proxy: it then sees the host name and nothing else.
 */
export async function createAgent(endpoint: string, proxy: string | undefined): Promise<http.Agent> {
  if (!endpoint.startsWith('https:')) return new http.Agent({keepAlive: true})
  // TLS takes a while to load, and a plane on this machine does without.
  const {Agent} = await import('node:https')
  const agent = new Agent({keepAlive: true})
  if (proxy) {
    const open = agent as unknown as {createConnection(options: ConnectOptions, done: Done): Duplex | undefined}
    const connectDirectly = open.createConnection.bind(agent)
    open.createConnection = (options, done) => {
      tunnel(proxy, options, (error, socket) => {
        if (error || !socket) done(error ?? proxyError())
        else done(null, connectDirectly({...options, socket, servername: options.servername ?? options.host}, NO_CALL))
      })
      return undefined
    }
  }
  return agent
}

/** The socket is what it returns. */
const NO_CALL: Done = () => {}

interface ConnectOptions {
  host: string
  port: number | string
  servername?: string
  socket?: Duplex
}

type Done = (error: Error | null, socket?: Duplex) => void

function tunnel(proxy: string, {host, port}: ConnectOptions, done: Done): void {
  const {hostname, port: proxyPort, username, password} = new URL(proxy)
  const credentials = username
    ? Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
    : undefined
  const request = http.request({
    host: hostname,
    port: proxyPort || 80,
    method: 'CONNECT',
    path: `${host}:${port}`,
    headers: {host: `${host}:${port}`, ...(credentials && {'proxy-authorization': `Basic ${credentials}`})},
    agent: false,
  })
  request.once('connect', (response, socket) => {
    if (response.statusCode === 200) return done(null, socket)
    socket.destroy()
    done(proxyError())
  })
  request.once('response', () => done(proxyError()))
  request.once('error', () => done(proxyError()))
  request.end()
}

function proxyError(): Error {
  return Object.assign(new Error('the proxy refused the connection'), {code: 'ERR_PROXY'})
}
