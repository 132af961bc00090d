import {readFileSync} from 'node:fs'
import {createServer as createProxy, type Server} from 'node:http'
import {createServer} from 'node:https'
import {type AddressInfo, connect} from 'node:net'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {WebSocketServer} from 'ws'
import {readAuthority} from '../../../src/lib/net/trust.ts'
import {createExchange} from '../../../src/lib/system/http.ts'
import {createKickConnect} from '../../../src/lib/system/kick-channel.ts'
import {createNetwork} from '../../../src/lib/system/network.ts'

const TLS = join(import.meta.dirname, '../../fixtures/tls')
const CERTIFICATE = join(TLS, 'cert.pem')

const servers: Server[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listening(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A proxy that notes whom it was asked for and leads everybody to one port, or says no. */
async function proxyTo(port: number, status = 200): Promise<{url: string; asked: string[]}> {
  const asked: string[] = []
  const proxy = createProxy().on('connect', (request, client) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`)
      return
    }
    const onward = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    onward.pipe(client).pipe(onward)
    for (const socket of [onward, client]) socket.on('error', () => socket.destroy())
  })
  return {url: `http://me:secret@127.0.0.1:${await listening(proxy)}`, asked}
}

async function secureServer(): Promise<{port: number; url: URL}> {
  const server = createServer({key: readFileSync(join(TLS, 'key.pem')), cert: readFileSync(CERTIFICATE)})
  server.on('request', (_request, response) => response.end('ok'))
  const sockets = new WebSocketServer({server})
  sockets.on('connection', (socket) => socket.close(1000, 'enough'))
  const port = await listening(server)
  return {port, url: new URL(`https://127.0.0.1:${port}/`)}
}

const get = (url: URL) => ({method: 'GET' as const, url, headers: {}})

describe('a network with a proxy', () => {
  it('takes requests and the kick channel through it, encrypted to the server', async () => {
    const {port, url} = await secureServer()
    const {url: proxy, asked} = await proxyTo(port)
    const network = createNetwork({authority: readAuthority(CERTIFICATE), proxyFor: () => proxy})
    expect((await createExchange(network)(get(url))).text).toBe('ok')
    let opened = false
    await createKickConnect(network)({
      ...{url: `wss://127.0.0.1:${port}/kick`, headers: {}, signal: AbortSignal.timeout(10_000)},
      onOpen: () => {
        opened = true
      },
      onText: (text) => text,
    })
    network.close()
    expect(opened).toBe(true)
    const credentials = `Basic ${Buffer.from('me:secret').toString('base64')}`
    expect(new Set(asked)).toEqual(new Set([`127.0.0.1:${port} ${credentials}`]))
  })

  it('checks the certificate of the server behind it, even where Node was told not to', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const {port, url} = await secureServer()
    const {url: proxy} = await proxyTo(port)
    const network = createNetwork({proxyFor: () => proxy})
    await expect(createExchange(network)(get(url))).rejects.toThrow(/self-signed/)
    network.close()
  })

  it.each([403, 404, 407, 502])('never takes the %i of a proxy for the answer of the server', async (status) => {
    const {port, url} = await secureServer()
    const {url: proxy} = await proxyTo(port, status)
    const network = createNetwork({authority: readAuthority(CERTIFICATE), proxyFor: () => proxy})
    await expect(createExchange(network)(get(url))).rejects.toMatchObject({code: 'ERR_PROXY'})
    network.close()
  })

  it('says so when the proxy is not there', async () => {
    const {url} = await secureServer()
    const network = createNetwork({proxyFor: () => 'http://127.0.0.1:9'})
    await expect(createExchange(network)(get(url))).rejects.toMatchObject({code: 'ERR_PROXY'})
    network.close()
  })
})
