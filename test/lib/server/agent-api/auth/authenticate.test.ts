import {randomUUID} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../../../src/lib/protocol/agent/paths.ts'
import type {AgentRoute} from '../../../../../src/lib/server/agent-api/call.ts'
import {AGENT_ROUTES, createAgentApi} from '../../../../../src/lib/server/agent-api/index.ts'
import {createApp} from '../../../../../src/lib/server/app.ts'
import {
  type Agent,
  addAgent,
  addInvocation,
  type Face,
  KEYS,
  openFace,
  START_MS,
  stateOf,
} from '../../../../support/agent-face.ts'

const SIGNED = AGENT_ROUTES.filter(({auth}) => auth === 'instance')

/** How often anything was written, as far as rows tell. */
/** That a stranger was refused is recorded; nothing else may come of it. */
async function rowsIn({deps}: Face): Promise<unknown> {
  const {read} = deps.db
  const rest = (['tasks', 'results', 'instances', 'invocations', 'activations'] as const).map((table) =>
    read.selectFrom(table).selectAll().execute(),
  )
  return Promise.all([read.selectFrom('audit').selectAll().where('action', 'not like', 'Refused.%').execute(), ...rest])
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
}

describe('the table of routes (S1, F43)', () => {
  it('has every path that agents ask for', () => {
    const paths = AGENT_ROUTES.map(({path}) => path)
    const expected = Object.values(AGENT_PATHS).filter((path) => path !== AGENT_PATHS.notify)
    expect(paths.sort()).toEqual(expected.sort())
  })

  it('opens to strangers only what agents need before they are registered', () => {
    expect(AGENT_ROUTES.filter(({auth}) => auth !== 'instance').map(({path, auth}) => [path, auth])).toEqual([
      [AGENT_PATHS.connectionDetect, 'none'],
      [AGENT_PATHS.classicRegionId, 'none'],
      [AGENT_PATHS.register, 'activation'],
    ])
  })

  it('cannot be served when a route does not say who may use it', async () => {
    const face = await openFace()
    const forgotten = {method: 'GET', path: '/luban/x', handle: async () => new Response('')} as unknown as AgentRoute
    expect(() => createAgentApi(face.deps, {routes: [forgotten]})).toThrow(/\/luban\/x does not say who may use it/)
  })

  type Attempt = (agent: Agent, route: AgentRoute, query: string) => Record<string, string>
  const signed = (agent: Agent, {method, path}: AgentRoute, query: string, change = {}) =>
    agent.headers(method, `${path}?${query}`, new Uint8Array(0), change)
  it.each<{name: string; strong: boolean; headers: Attempt}>([
    {name: 'no headers', strong: false, headers: () => ({})},
    {name: 'an unknown instance', strong: false, headers: (...a) => signed(...a, {instanceId: 'mi-none'})},
    {
      name: 'another instance’s name',
      strong: false,
      headers: (agent, route, query) => ({...signed(agent, route, query), 'x-acs-instance-id': 'OTHER'}),
    },
    {name: 'no signature', strong: false, headers: (...a) => without(signed(...a), 'x-acs-signature')},
    {name: 'a signature of nothing', strong: false, headers: (...a) => ({...signed(...a), 'x-acs-signature': 'AAAA'})},
    {name: 'no request id', strong: false, headers: (...a) => without(signed(...a), 'x-acs-request-id')},
    {name: 'an endless request id', strong: false, headers: (...a) => signed(...a, {requestId: 'a'.repeat(65)})},
    {
      name: 'another request id than was signed',
      strong: false,
      headers: (...a) => ({...signed(...a), 'x-acs-request-id': randomUUID()}),
    },
    {name: 'no timestamp', strong: false, headers: (...a) => without(signed(...a), 'x-acs-timestamp')},
    {name: 'a timestamp in words', strong: false, headers: (...a) => signed(...a, {timestamp: 'now'})},
    {
      name: 'a timestamp in seconds',
      strong: false,
      headers: (...a) => signed(...a, {timestamp: String(START_MS / 1000)}),
    },
    {
      name: 'ours without the strong signature',
      strong: true,
      headers: (...a) => without(signed(...a), 'x-assist-signature'),
    },
    {
      name: 'ours with a signature of nothing',
      strong: true,
      headers: (...a) => ({...signed(...a), 'x-assist-signature': '!'}),
    },
    {
      name: 'ours with the signature of another method',
      strong: true,
      headers: (agent, {path}, query) => agent.headers('PUT', `${path}?${query}`, new Uint8Array(0)),
    },
    {
      name: 'ours with the signature of another query',
      strong: true,
      headers: (agent, {method, path}) => agent.headers(method, path, new Uint8Array(0)),
    },
    {
      name: 'ours with the signature of another body',
      strong: true,
      headers: (agent, {method, path}, query) => agent.headers(method, `${path}?${query}`, Buffer.from('x')),
    },
  ])('answers 401 to $name, and does nothing', async ({strong, headers}) => {
    const face = await openFace()
    const agent = await addAgent(face, {strong})
    const other = await addAgent(face, {key: KEYS[1]})
    const taskId = await addInvocation(face, [agent.instanceId])
    const before = await rowsIn(face)
    for (const route of SIGNED) {
      const query = `taskId=${taskId}&start=1&end=2&exitCode=0`
      const given = headers(agent, route, query)
      if (given['x-acs-instance-id'] === 'OTHER') given['x-acs-instance-id'] = other.instanceId
      const request = new Request(`http://plane${route.path}?${query}`, {method: route.method, headers: given})
      const response = await face.app.fetch(request, {source: '127.0.0.1'})
      expect([route.path, response.status]).toEqual([route.path, 401])
      expect(await response.json()).toMatchObject({code: 401, message: expect.any(String)})
    }
    expect(await rowsIn(face)).toEqual(before)
  })

  it('slows whoever is often wrong about one instance, records it, and lets everybody else in', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const other = await addAgent(face)
    const thief = await addAgent(face, {key: KEYS[1]})
    const beat = (who: Agent, source = '192.0.2.1', change = {}): Promise<Response> => {
      const headers = {...who.headers('GET', AGENT_PATHS.heartBeat, new Uint8Array(0)), ...change}
      return face.app.fetch(new Request(`http://plane${AGENT_PATHS.heartBeat}`, {headers}), {source})
    }
    const guess = (): Promise<Response> => beat(thief, '192.0.2.1', {'x-acs-instance-id': agent.instanceId})
    for (let i = 0; i < 30; i += 1) expect((await guess()).status).toBe(401)
    const slowed = await guess()
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '2'])
    expect([(await beat(other)).status, (await beat(agent, '192.0.2.2')).status]).toEqual([200, 200])
    const refused = face.deps.db.read.selectFrom('audit').select(['caller', 'source', 'result'])
    const row = {caller: agent.instanceId, source: '192.0.2.1'}
    expect(await refused.where('action', '=', 'Refused.Instance').execute()).toEqual([
      {...row, result: '401'},
      {...row, result: '401 (slowed down)'},
    ])
    face.clock.nowMs += 2000
    expect([(await guess()).status, (await guess()).status]).toEqual([401, 429])
  })

  it('answers 403 to a deregistered instance, but lets it deregister again, which makes it forget its identity', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    expect((await agent.send('POST', AGENT_PATHS.deregister)).status).toBe(200)
    for (const {method, path} of SIGNED) {
      const status = path === AGENT_PATHS.deregister ? 200 : 403
      expect([path, (await agent.send(method, path)).status]).toEqual([path, status])
    }
  })

  it('answers 404 and 405 to what is not there, without a look at who asks', async () => {
    const face = await openFace()
    const status = async (method: string, path: string): Promise<number> =>
      (await face.app.fetch(new Request(`http://plane${path}`, {method}), {source: '127.0.0.1'})).status
    expect(await status('GET', '/luban/api/none')).toBe(404)
    expect(await status('GET', AGENT_PATHS.taskList)).toBe(405)
    expect(await status('GET', AGENT_PATHS.notify)).toBe(404)
    expect(await status('GET', '/etc/passwd')).toBe(404)
    expect(await status('GET', '/luban/api/../../healthz')).toBe(200)
  })
})

describe('a signed request', () => {
  it.each([
    {name: 'an hour ahead', offMs: 3_600_000, text: 'clock differs by 3600 s'},
    {name: 'an hour behind', offMs: -3_600_000, text: 'clock differs by -3600 s'},
    {name: 'a year behind', offMs: -31_536_000_000, text: 'clock differs by -31536000 s'},
    {name: 'ten years ahead', offMs: 315_360_000_000, text: 'clock differs by 315360000 s'},
  ])('from a clock that is $name says by how much (F33)', async ({offMs, text}) => {
    const face = await openFace()
    const agent = await addAgent(face)
    const response = await agent.send('GET', AGENT_PATHS.heartBeat, '', {timestamp: String(START_MS + offMs)})
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({message: expect.stringContaining(text)})
  })

  it('is good for fifteen minutes either way', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    for (const offMs of [-900_000, 900_000]) {
      expect((await agent.send('GET', AGENT_PATHS.heartBeat, '', {timestamp: String(START_MS + offMs)})).status).toBe(
        200,
      )
    }
    expect((await agent.send('GET', AGENT_PATHS.heartBeat, '', {timestamp: String(START_MS + 900_001)})).status).toBe(
      401,
    )
  })

  it('of an official agent counts once, on any route', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    const requestId = randomUUID()
    expect((await agent.send('GET', AGENT_PATHS.heartBeat, '', {requestId})).status).toBe(200)
    const stolen = await agent.send('POST', `${AGENT_PATHS.finish}?taskId=${taskId}&start=1&end=2`, '', {requestId})
    expect(stolen.status).toBe(401)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Delivered')
  })

  it('of ours fetches once', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const requestId = randomUUID()
    const statuses: number[] = []
    for (let time = 0; time < 2; time++)
      statuses.push((await agent.send('POST', AGENT_PATHS.taskList, '', {requestId})).status)
    expect(statuses).toEqual([200, 401])
  })

  it('notes that the instance was heard, at most every 15 s, and its version', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const seen = async (): Promise<[number, string, string]> => {
      const row = await face.deps.db.read.selectFrom('instances').selectAll().executeTakeFirstOrThrow()
      return [row.last_seen_at_ms - START_MS, row.agent_version, row.os_version]
    }
    expect((await seen())[0]).toBe(-START_MS)
    const beat = (query = 'index=3'): Promise<Response> => agent.send('GET', `${AGENT_PATHS.heartBeat}?${query}`)
    await beat()
    face.clock.nowMs += 14_000
    await beat()
    expect(await seen()).toEqual([0, '2.2.3.578', 'Linux_#1 SMP_x86_64'])
    face.clock.nowMs += 1000
    await beat()
    expect(await seen()).toEqual([15_000, '2.2.3.578', 'Linux_#1 SMP_x86_64'])
    await beat('index=0&os_version=Linux_%232')
    expect(await seen()).toEqual([15_000, '2.2.3.578', 'Linux_#2'])
    expect((await beat(`index=0&os_version=${encodeURIComponent('\x1b[2JLinux')}&os_type=a%E2%80%AEb`)).status).toBe(
      200,
    )
    expect(await seen()).toEqual([15_000, '2.2.3.578', 'Linux_#2'])
  })
})

describe('what is open to all', () => {
  it('keeps metrics from what comes through a browser or a proxy of this machine', async () => {
    const face = await openFace()
    const get = async (headers: Record<string, string>): Promise<number> =>
      (await face.app.fetch(new Request('http://127.0.0.1/metrics', {headers}), {source: '127.0.0.1'})).status
    expect(await get({host: 'localhost:8443'})).toBe(200)
    expect(await get({host: '[::1]:8443'})).toBe(200)
    expect(await get({host: 'evil.example'})).toBe(403)
    expect(await get({host: 'localhost.evil.example:80'})).toBe(403)
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-forwarded-host']) {
      expect([name, await get({host: '127.0.0.1', [name]: '192.0.2.1'})]).toEqual([name, 403])
    }
  })

  it('is health; metrics are for the machine itself', async () => {
    const face = await openFace()
    const get = async (path: string, source: string): Promise<number> =>
      (await face.app.fetch(new Request(`http://plane${path}`), {source})).status
    expect([await get('/healthz', '8.8.8.8'), await get('/readyz', '8.8.8.8')]).toEqual([200, 200])
    expect([await get('/metrics', '8.8.8.8'), await get('/metrics', '::ffff:127.0.0.1')]).toEqual([403, 200])
  })

  it('counts in metrics, without ids', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    await addInvocation(face, [agent.instanceId])
    const response = await face.app.fetch(new Request('http://plane/metrics'), {source: '::1'})
    const text = await response.text()
    expect(text).toContain('assist_requests_total{face="agent",status="200"} 1')
    expect(text).toContain('assist_open_tasks{state="Pending"} 1')
    expect(text).not.toContain(agent.instanceId)
  })

  it('answers 503 when the database is gone, and never tells why to a stranger', async () => {
    const face = await openFace()
    const broken = {
      ...face.deps.db,
      read: new Proxy(face.deps.db.read, {
        get: () => () => {
          throw Object.assign(new Error('/secret/path'), {code: 'SQLITE_FULL'})
        },
      }),
    }
    const app = createApp({...face.deps, db: broken}, {rpc: async () => new Response('')})
    const agent = await addAgent(face)
    const headers = agent.headers('GET', AGENT_PATHS.heartBeat, new Uint8Array(0))
    const response = await app.fetch(new Request(`http://plane${AGENT_PATHS.heartBeat}`, {headers}), {source: '::1'})
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await response.text()).not.toContain('secret')
    expect((await app.fetch(new Request('http://plane/readyz'), {source: '::1'})).status).toBe(503)
  })

  it('says that it is not ready when nothing can be stored', async () => {
    const face = await openFace()
    const full = {
      ...face.deps.db,
      write: async () => {
        throw Object.assign(new Error('disk full'), {code: 'SQLITE_FULL'})
      },
    }
    const app = createApp({...face.deps, db: full}, {rpc: async () => new Response('')})
    const response = await app.fetch(new Request('http://plane/readyz'), {source: '::1'})
    expect([response.status, await response.text()]).toEqual([
      503,
      expect.stringMatching(/cannot be written; .* The disk of the server is full\.$/),
    ])
    expect(response.headers.get('retry-after')).toBe('5')
  })
})
