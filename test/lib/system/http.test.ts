import {readFileSync} from 'node:fs'
import {createServer, type IncomingMessage, type RequestListener} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {Exchange} from '../../../src/lib/core/exchange.ts'
import {readAuthority} from '../../../src/lib/net/trust.ts'
import {createExchange} from '../../../src/lib/system/http.ts'
import {createNetwork} from '../../../src/lib/system/network.ts'

const TLS = join(import.meta.dirname, '../../fixtures/tls')
const CERTIFICATE = join(TLS, 'cert.pem')

const get = (url: string) => ({method: 'GET' as const, url: new URL(url), headers: {}})

async function serve(listener: RequestListener, tls?: {key: Buffer; cert: Buffer}) {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('createExchange', () => {
  it('sends path, query, headers and body as they are, over one kept connection', async () => {
    const ports = new Set<number | undefined>()
    await using server = await serve(async (request, response) => {
      ports.add(request.socket.remotePort)
      response.end(
        `${request.method} ${request.url} ${request.headers.a} ${request.headers['content-length']} ${await bodyOf(request)}`,
      )
    })
    const network = createNetwork()
    const exchange = createExchange(network)
    const post = () =>
      exchange({
        method: 'POST',
        url: new URL(`${server.url}/p?x=%20a+b&y=%2F`),
        headers: {a: '1'},
        body: Buffer.from('bytes'),
      })
    for (let i = 0; i < 3; i++) expect((await post()).text).toBe('POST /p?x=%20a+b&y=%2F 1 5 bytes')
    expect((await exchange({method: 'POST', url: new URL(server.url), headers: {}})).text).toContain(' 0 ')
    expect(ports.size).toBe(1)
    network.close()
  })

  it('hands redirects and errors back instead of following them', async () => {
    await using server = await serve(
      (_request, response) => void response.writeHead(302, {location: '/elsewhere'}).end(),
    )
    const network = createNetwork()
    const exchange = createExchange(network)
    const answer = await exchange(get(server.url))
    expect([answer.status, answer.headers['location']]).toEqual([302, '/elsewhere'])
    network.close()
  })

  it('sends again over a new connection when a kept one was just closed', async () => {
    let count = 0
    await using server = await serve((request, response) => {
      if (++count === 2) request.socket.destroy()
      else response.end('ok')
    })
    const network = createNetwork()
    const exchange = createExchange(network)
    for (let i = 0; i < 2; i++) expect((await exchange(get(server.url))).text).toBe('ok')
    expect(count).toBe(3)
    network.close()
  })

  it('gives up when the signal says so, and on an answer without an end', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/slow') return
      const part = Buffer.alloc(1024 * 1024)
      const more = (): void => {
        if (!response.destroyed) response.write(part, more)
      }
      more()
    })
    const network = createNetwork()
    const exchange = createExchange(network)
    await expect(exchange({...get(`${server.url}/slow`), signal: AbortSignal.timeout(50)})).rejects.toThrow()
    await expect(exchange(get(`${server.url}/endless`))).rejects.toThrow('longer than')
    network.close()
  })

  it('believes a server whose certificate the CA file holds, and no other', async () => {
    await using server = await serve((_request, response) => void response.end('ok'), {
      key: readFileSync(join(TLS, 'key.pem')),
      cert: readFileSync(CERTIFICATE),
    })
    const networks = [createNetwork({authority: readAuthority(CERTIFICATE)}), createNetwork()]
    const [trusting, other] = networks.map(createExchange) as [Exchange, Exchange]
    expect((await trusting(get(server.url))).text).toBe('ok')
    await expect(other(get(server.url))).rejects.toThrow(/self-signed/)
    for (const network of networks) network.close()
  })

  it('checks certificates even where Node was told not to', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    await using server = await serve((_request, response) => void response.end('ok'), {
      key: readFileSync(join(TLS, 'key.pem')),
      cert: readFileSync(CERTIFICATE),
    })
    const network = createNetwork()
    const exchange = createExchange(network)
    await expect(exchange(get(server.url))).rejects.toThrow(/self-signed/)
    network.close()
  })
})
