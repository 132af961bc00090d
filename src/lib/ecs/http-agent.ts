import http from 'node:http'
import https from 'node:https'
import type {Duplex} from 'node:stream'

/**
 * Keeps connections for the next call without keeping the process alive, and goes through `proxy` by CONNECT. Only https goes through a proxy: it then sees the host name and nothing else.
 */
export function createAgent(endpoint: string, proxy: string | undefined): http.Agent {
  const secure = endpoint.startsWith('https:')
  const agent = secure ? new https.Agent({keepAlive: true}) : new http.Agent({keepAlive: true})
  if (secure && proxy) {
    const open = agent as unknown as {createConnection(options: ConnectOptions, done: Done): Duplex | undefined}
    const connectDirectly = open.createConnection.bind(agent)
    open.createConnection = (options, done) => {
      tunnel(proxy, options, (error, socket) => {
        if (error || !socket) done(error ?? proxyError())
        else done(null, connectDirectly({...options, socket, servername: options.servername ?? options.host}, done))
      })
      return undefined
    }
  }
  return agent
}

/** The same connections, but each request made through it is shown first: an SDK that keeps its requests to itself still takes an agent. */
export function watchAgent(agent: http.Agent, watch: (request: http.ClientRequest) => void): http.Agent {
  const inner = agent as unknown as {addRequest(request: http.ClientRequest, ...rest: unknown[]): void}
  return Object.create(agent, {
    addRequest: {
      value: (request: http.ClientRequest, ...rest: unknown[]) => {
        watch(request)
        inner.addRequest(request, ...rest)
      },
    },
  }) as http.Agent
}

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
