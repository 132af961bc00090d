import {readFileSync} from 'node:fs'
import {createServer as createPlainServer} from 'node:http'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {WebSocketServer} from 'ws'
import {readAuthority} from '../../../src/lib/net/trust.ts'
import {createKickConnect} from '../../../src/lib/system/kick-channel.ts'
import {createNetwork, type NetworkOptions} from '../../../src/lib/system/network.ts'

const TLS = join(import.meta.dirname, '../../fixtures/tls')
const CERTIFICATE = join(TLS, 'cert.pem')

afterEach(() => {
  vi.unstubAllEnvs()
})

async function serve() {
  const http = createServer({key: readFileSync(join(TLS, 'key.pem')), cert: readFileSync(CERTIFICATE)})
  const server = new WebSocketServer({server: http})
  server.on('connection', (socket) => socket.close(1000, 'enough'))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `wss://127.0.0.1:${(http.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

async function connect(url: string, options: NetworkOptions): Promise<{opened: boolean; reason: string}> {
  const network = createNetwork(options)
  let opened = false
  const reason = await createKickConnect(network)({
    ...{url, headers: {}, signal: AbortSignal.timeout(10_000)},
    onOpen: () => {
      opened = true
    },
    onText: (text) => text,
  })
  network.close()
  return {opened, reason: reason.reason}
}

describe('the kick channel', () => {
  it('opens to a server whose certificate the CA file holds', async () => {
    await using server = await serve()
    expect(await connect(server.url, {authority: readAuthority(CERTIFICATE)})).toEqual({
      opened: true,
      reason: 'closed (1000)',
    })
  })

  it('checks certificates even where Node was told not to', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    await using server = await serve()
    expect(await connect(server.url, {})).toMatchObject({opened: false, reason: expect.stringContaining('self-signed')})
  })

  it('says with which status a server would not open it, and ends', async () => {
    const server = createPlainServer().on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 409 Conflict\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const network = createNetwork()
    const closed = await createKickConnect(network)({
      ...{url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: {}},
      signal: AbortSignal.timeout(10_000),
      onOpen: () => {},
      onText: (text) => text,
    })
    network.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    expect(closed).toEqual({reason: 'refused with status 409 (1006)', status: 409})
  })
})
