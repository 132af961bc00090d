import {readFileSync} from 'node:fs'
import {Agent as Connection, request as httpRequest, type IncomingHttpHeaders} from 'node:http'
import {createConnection, type Socket} from 'node:net'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {createKickSockets} from '../../../../src/lib/server/agent-api/kick-socket.ts'
import {createRpc} from '../../../../src/lib/server/api/rpc.ts'
import {createApp} from '../../../../src/lib/server/app.ts'
import {type ConnectionLimits, connectionLimits} from '../../../../src/lib/server/http/connections.ts'
import {type Listener, type ListenOptions, listen} from '../../../../src/lib/server/http/listen.ts'
import {createAccessKey} from '../../../../src/lib/server/store/calls/access-keys.ts'
import {type Agent, addAgent, openFace} from '../../../support/agent-face.ts'
import {signedV1, type TestKey} from '../../../support/rpc-client.ts'

const LIMITS: ConnectionLimits = {
  sides: {agent: 9, caller: 9},
  each: {agent: 9, caller: 9},
  strangers: 9,
  strangersPerSource: 9,
}

const listeners: Listener[] = []
const opened: Array<{destroy(): void}> = []
afterEach(async () => {
  for (const one of opened.splice(0)) one.destroy()
  for (const listener of listeners.splice(0)) await listener.close()
})

interface Answered {
  status: number
  headers: IncomingHttpHeaders
  body: {Code?: string; message?: string}
}

/** A control plane with a port and few connections. */
async function open(change: Partial<ConnectionLimits>, more: Partial<ListenOptions> = {}) {
  const face = await openFace()
  const app = createApp(face.deps, {rpc: createRpc(face.deps)})
  const sockets = createKickSockets(face.deps, app.kickFace)
  const connections = {...LIMITS, ...change}
  const listener = await listen(app, sockets, {host: '127.0.0.1', port: 0, connections, ...more})
  listeners.push(listener)
  const {port} = listener

  function send(
    connection: Connection,
    to: {path: string; method: string; headers?: object; body?: string},
  ): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const {path, method, body, headers = {}} = to
      const outgoing = httpRequest({host: '127.0.0.1', port, path, method, agent: connection, headers: {...headers}})
      outgoing.on('error', reject)
      outgoing.on('response', async (answer) => {
        const text = (await answer.toArray()).join('')
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: text.startsWith('{') ? JSON.parse(text) : {},
        })
      })
      outgoing.end(body)
    })
  }
  return {
    face,
    port,
    addKey: (): Promise<TestKey> =>
      face.deps.db.write((tx) =>
        createAccessKey(tx, face.deps, {accountId: 'account-1', description: '', nowMs: face.clock.nowMs}),
      ),
    beat: (connection: Connection, agent: Agent) => {
      const headers = agent.headers('GET', AGENT_PATHS.heartBeat, new Uint8Array(0))
      return send(connection, {path: AGENT_PATHS.heartBeat, method: 'GET', headers})
    },
    call: async (connection: Connection, key: TestKey) => {
      const body = await signedV1('POST', 'DescribeRegions', {}, {key, nowMs: face.clock.nowMs}).text()
      const headers = {'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length)}
      return send(connection, {path: '/', method: 'POST', headers, body})
    },
    look: (connection: Connection) => send(connection, {path: '/healthz', method: 'GET'}),
  }
}

/** One connection that is kept. */
function connection(): Connection {
  const one = new Connection({keepAlive: true, maxSockets: 1})
  opened.push(one)
  return one
}

/** Says nothing, or only so much. */
function idle(
  port: number,
  options: {from?: string; text?: string} = {},
): {socket: Socket; closed: Promise<void>; isOpen(): boolean} {
  const {from = '127.0.0.1', text = ''} = options
  const socket = createConnection({host: '127.0.0.1', port, localAddress: from})
  opened.push(socket)
  socket.on('error', () => {})
  socket.write(text)
  let isOpen = true
  const closed = new Promise<void>((resolve) =>
    socket.on('close', () => {
      isOpen = false
      resolve()
    }),
  )
  socket.resume()
  return {socket, closed, isOpen: () => isOpen}
}

describe('connections', () => {
  it('are there for callers when agents have all of theirs, and the other way round', async () => {
    const {face, beat, call, addKey} = await open({sides: {agent: 2, caller: 1}})
    const agents = [await addAgent(face), await addAgent(face), await addAgent(face)] as const
    const held = [connection(), connection()] as const
    expect([(await beat(held[0], agents[0])).status, (await beat(held[1], agents[1])).status]).toEqual([200, 200])
    const late = await beat(connection(), agents[2])
    expect([late.status, late.headers['retry-after'], late.headers.connection]).toEqual([503, '30', 'close'])
    const key = await addKey()
    const caller = connection()
    expect((await call(caller, key)).status).toBe(200)
    const other = await call(connection(), key)
    expect([other.status, other.body.Code, other.headers['retry-after']]).toEqual([503, 'ServiceUnavailable', '5'])
    expect((await call(caller, key)).status).toBe(200)
    caller.destroy()
    held[0].destroy()
    await expect.poll(async () => (await call(connection(), key)).status).toBe(200)
    await expect.poll(async () => (await beat(connection(), agents[2])).status).toBe(200)
  })

  it('are not all for one instance or one key', async () => {
    const {face, beat, call, addKey} = await open({each: {agent: 1, caller: 1}})
    const [greedy, other] = [await addAgent(face), await addAgent(face)]
    expect((await beat(connection(), greedy)).status).toBe(200)
    expect(await beat(connection(), greedy)).toMatchObject({status: 429, headers: {'retry-after': '30'}})
    expect((await beat(connection(), other)).status).toBe(200)
    const [greedyKey, otherKey] = [await addKey(), await addKey()]
    expect((await call(connection(), greedyKey)).status).toBe(200)
    const refused = await call(connection(), greedyKey)
    expect([refused.status, refused.body.Code, refused.headers['retry-after']]).toEqual([429, 'Throttling', '5'])
    expect((await call(connection(), otherKey)).status).toBe(200)
  })

  it('end with the answer for whoever is nobody, and are kept for whoever was somebody once', async () => {
    const {call, look, addKey} = await open({})
    const one = connection()
    expect((await look(one)).headers.connection).toBe('close')
    expect((await call(one, {accessKeyId: 'nobody', secret: 'x'})).headers.connection).toBe('close')
    expect((await call(one, await addKey())).headers.connection).toBe('keep-alive')
    expect((await look(one)).headers.connection).toBe('keep-alive')
  })

  it.each([
    {name: 'that say nothing', text: ''},
    {name: 'that hold back the last byte', text: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na'},
  ])('of one address $name are cut when there are many, and another address is served', async ({text}) => {
    const {port} = await open({strangersPerSource: 3})
    const first = Array.from({length: 3}, () => idle(port, {text}))
    await expect.poll(() => first.every(({socket}) => socket.readyState === 'open')).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await idle(port, {text}).closed
    expect(first.map((one) => one.isOpen())).toEqual([true, true, true])
    const look = idle(port, {from: '127.0.0.2', text: 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'})
    expect(await new Promise((resolve) => look.socket.on('data', (data) => resolve(String(data))))).toMatch(
      /^HTTP\/1.1 200/,
    )
  })

  it('of many addresses that say nothing give way to whoever comes after them', async () => {
    const {port, look, call, addKey} = await open({strangers: 3})
    const waiting = [2, 3, 4].map((last) => idle(port, {from: `127.0.0.${last}`}))
    await expect.poll(() => waiting.every(({socket}) => socket.readyState === 'open')).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([(await look(connection())).status, (await call(connection(), await addKey())).status]).toEqual([200, 200])
    expect(waiting.map((one) => one.isOpen())).toEqual([false, true, true])
  })

  it('on which the TLS handshake never ends are cut', async () => {
    const fixtures = join(import.meta.dirname, '../../../fixtures/tls')
    const tls = {
      cert: readFileSync(join(fixtures, 'cert.pem'), 'utf8'),
      key: readFileSync(join(fixtures, 'key.pem'), 'utf8'),
    }
    const {port} = await open({}, {tls, deadlines: {headersMs: 300}})
    const startedMs = performance.now()
    await idle(port).closed
    expect(performance.now() - startedMs).toBeLessThan(5000)
  })
})

describe('the number of connections', () => {
  it('is what the system lets a process have open, with a share for each kind', () => {
    expect(connectionLimits()).toEqual({
      sides: {agent: 36_000, caller: 2000},
      each: {agent: 32, caller: 1000},
      strangers: 2000,
      strangersPerSource: 1000,
    })
    expect(connectionLimits(1024)).toEqual({
      sides: {agent: 768, caller: 96},
      each: {agent: 32, caller: 48},
      strangers: 96,
      strangersPerSource: 48,
    })
    const {sides, strangers} = connectionLimits(256)
    expect(sides.agent + sides.caller + strangers).toBeLessThanOrEqual(256 - 64)
  })
})
