import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {request as httpsRequest} from 'node:https'
import {createConnection} from 'node:net'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../src/lib/protocol/agent/paths.ts'
import {HOLD_HEADER} from '../../../src/lib/protocol/ecs/hold.ts'
import {createKickSockets} from '../../../src/lib/server/agent-api/kick-socket.ts'
import {type App, createApp} from '../../../src/lib/server/app.ts'
import {listen} from '../../../src/lib/server/http/listen.ts'
import {startServer} from '../../../src/lib/server/main.ts'
import {openServerStore} from '../../../src/lib/server/store/open-store.ts'
import {randomBytes} from '../../../src/lib/system/random.ts'
import {addAgent, addInvocation, openFace, stateOf} from '../../support/agent-face.ts'
import {sendRaw, startTestServer} from '../../support/running-server.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const SHORT = {headersMs: 300, bodyMs: 600, keepAliveMs: 1000, drainMs: 1000}

describe('a server', () => {
  it('answers on its port, from its own data folder', async () => {
    const dataDir = join(tempFolder(), 'a', 'b')
    const {server} = await startTestServer({dataDir})
    expect(await (await fetch(`${server.url}/healthz`)).text()).toBe('ok')
    expect(await (await fetch(`${server.url}${AGENT_PATHS.connectionDetect}`)).text()).toBe('ok')
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200)
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)
    expect([mode(dataDir), mode(join(dataDir, 'master.key')), mode(join(dataDir, 'assist.db'))]).toEqual([
      '700',
      '600',
      '600',
    ])
    expect(readFileSync(join(dataDir, 'master.key'))).toHaveLength(32)
  })

  it('goes on after a restart where it was', async () => {
    const dataDir = join(tempFolder(), 'data')
    const first = await startTestServer({dataDir})
    const agent = await addAgent(first.face)
    const taskId = await addInvocation(first.face, [agent.instanceId])
    await agent.fetchList()
    const sealed = first.server.deps.secrets.seal('secret')
    await first.server.close()
    const {server, face} = await startTestServer({dataDir})
    expect(server.deps.secrets.open(sealed)).toBe('secret')
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Delivered')
    const target = `${AGENT_PATHS.finish}?taskId=${taskId}&start=1&end=2&exitCode=0&dropped=0`
    const headers = agent.headers('POST', target, new Uint8Array(0), {timestamp: String(Date.now())})
    expect((await fetch(`${server.url}${target}`, {method: 'POST', headers})).status).toBe(200)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Success')
  })

  it('notes activity, but no heart-beats', async () => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    const before = server.lastActivityMs()
    const send = async (method: string, target: string): Promise<number> => {
      const headers = agent.headers(method, target, new Uint8Array(0))
      return (await fetch(`${server.url}${target}`, {method, headers})).status
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await send('GET', AGENT_PATHS.heartBeat)).toBe(200)
    expect(server.lastActivityMs()).toBe(before)
    expect(await send('POST', `${AGENT_PATHS.running}?taskId=${taskId}&start=1`)).toBe(200)
    expect(server.lastActivityMs()).toBeGreaterThan(before)
  })

  it('logs requests without query, body or secrets (F49)', async () => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face)
    const content = 'echo CANARY-script'
    const taskId = await addInvocation(face, [agent.instanceId], {content})
    const target = `${AGENT_PATHS.finish}?taskId=${taskId}&start=1&end=2&exitCode=0&canary=CANARY-query`
    const body = 'CANARY-output'
    const headers = agent.headers('POST', target, Buffer.from(body))
    await fetch(`${server.url}${target}`, {method: 'POST', headers, body})
    await fetch(`${server.url}${AGENT_PATHS.register}`, {method: 'POST', body: '{"activationCode":"CANARY-code"}'})
    await fetch(`${server.url}${AGENT_PATHS.taskList}`, {
      method: 'POST',
      headers: {...headers, 'x-acs-signature': 'CANARY-signature'},
    })
    await server.close()
    const text = JSON.stringify(face.logged)
    expect(text).not.toContain('CANARY')
    expect(face.logged).toContainEqual({
      message: 'request',
      fields: {
        method: 'POST',
        path: AGENT_PATHS.finish,
        status: 200,
        ms: expect.any(Number),
        instanceId: agent.instanceId,
      },
    })
  })

  it.each([
    {name: 'an address of others without TLS', options: {host: '0.0.0.0'}, says: /without TLS/},
    {
      name: 'a certificate that is not there',
      options: {tls: {cert: '/none/cert.pem', key: '/none/key.pem'}},
      says: /cannot read the certificate \/none\/cert.pem/,
    },
    {
      name: 'a certificate that is none',
      options: {tls: {cert: '/etc/hostname', key: '/etc/hostname'}},
      says: /cannot be used/,
    },
    {
      name: 'an address that is not ours',
      options: {host: '192.0.2.1', allowPlainHttp: true},
      says: /cannot listen on 192.0.2.1/,
    },
  ])('refuses $name, and says what to do', async ({options, says}) => {
    const starting = startTestServer(options)
    await expect(starting).rejects.toThrow(says)
    await expect(starting).rejects.toMatchObject({code: 'config', hint: expect.stringMatching(/\w/)})
  })

  it('refuses a port that is taken', async () => {
    const {server} = await startTestServer()
    await expect(startTestServer({port: server.port})).rejects.toThrow(/EADDRINUSE/)
  })

  it('speaks TLS', async () => {
    const fixtures = join(import.meta.dirname, '../../fixtures/tls')
    const [cert, key] = [join(fixtures, 'cert.pem'), join(fixtures, 'key.pem')] as const
    const {server} = await startTestServer({tls: {cert, key}})
    expect(server.url).toMatch(/^https:/)
    const status = await new Promise((resolve, reject) => {
      const request = httpsRequest(`${server.url}/healthz`, {ca: readFileSync(cert)}, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      request.on('error', reject)
      request.end()
    })
    expect(status).toBe(200)
  })
})

describe('the data folder', () => {
  it('is refused when others may read it and it holds other things', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'data'), {mode: 0o755})
    writeFileSync(join(folder, 'data', 'holiday.jpg'), '')
    await expect(openServerStore({dataDir: join(folder, 'data')}, randomBytes)).rejects.toMatchObject({
      code: 'config',
      hint: expect.stringContaining('chmod 700'),
    })
  })

  it('is closed to others when it is empty', async () => {
    const folder = join(tempFolder(), 'data')
    mkdirSync(folder, {mode: 0o755})
    await (await openServerStore({dataDir: folder}, randomBytes)).close()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('is for one server at a time, and free again after it', async () => {
    const silent = {info: () => {}, warn: () => {}, error: () => {}}
    const options = {dataDir: join(tempFolder(), 'data'), host: '127.0.0.1', port: 0, log: silent}
    const one = await startServer(options)
    await expect(startServer(options)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('another server runs on the data folder'),
    })
    await (await openServerStore({dataDir: options.dataDir}, randomBytes)).close()
    await one.close()
    await (await startServer(options)).close()
  })

  it('keeps the key that came first', async () => {
    const folder = join(tempFolder(), 'data')
    const one = await openServerStore({dataDir: folder}, randomBytes)
    const two = await openServerStore({dataDir: folder}, randomBytes)
    expect(two.secrets.open(one.secrets.seal('x'))).toBe('x')
    await one.close()
    await two.close()
  })

  it('is refused when its key is missing beside a database, and no other key is made', async () => {
    const folder = join(tempFolder(), 'data')
    await (await openServerStore({dataDir: folder}, randomBytes)).close()
    rmSync(join(folder, 'master.key'))
    await expect(openServerStore({dataDir: folder}, randomBytes)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('master.key is missing'),
      hint: expect.stringContaining('Restore it from a backup'),
    })
    expect(existsSync(join(folder, 'master.key'))).toBe(false)
  })

  it.each([
    {name: 'cut', break: (file: string) => writeFileSync(file, 'short'), says: /must have 32 bytes, not 5/},
    {name: 'open to others', break: (file: string) => chmodSync(file, 0o644), says: /can be read by other users/},
  ])('is refused when its key is $name', async ({break: spoil, says}) => {
    const folder = join(tempFolder(), 'data')
    await (await openServerStore({dataDir: folder}, randomBytes)).close()
    spoil(join(folder, 'master.key'))
    await expect(openServerStore({dataDir: folder}, randomBytes)).rejects.toThrow(says)
  })
})

describe('the listener', () => {
  async function open(rpc?: App['fetch']) {
    const face = await openFace()
    const app = rpc ? createApp(face.deps, {rpc}) : face.app
    return listen(app, createKickSockets(face.deps, app.kickFace), {host: '127.0.0.1', port: 0, deadlines: SHORT})
  }

  it.each([
    {name: 'a header that never ends', text: 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ', status: 408},
    {
      name: 'a body that never ends',
      text: 'POST /luban/api/metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab',
      status: 401,
    },
    {name: 'a connection that says nothing', text: '', status: 408},
    {
      name: 'headers of more than 16 KiB',
      text: `GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`,
      status: 431,
    },
    {name: 'too many headers', text: `GET /healthz HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(2001)}\r\n`, status: 431},
    {name: 'a bad length', text: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n', status: 400},
    {
      name: 'a length and chunks',
      text: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      status: 400,
    },
    {name: 'garbage', text: '\u0000\u0001\u0002\r\n\r\n', status: 400},
    {name: 'no host', text: 'GET /healthz HTTP/1.1\r\n\r\n', status: 400},
  ])('answers $status to $name and hangs up (B29, F37)', async ({text, status}) => {
    const listener = await open()
    const slow = sendRaw(listener.port, text)
    expect(await slow.ended).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    await listener.close()
  })

  it('reads a body that drips only until its deadline, and serves others meanwhile (F37)', async () => {
    const listener = await open()
    const slow = sendRaw(
      listener.port,
      'POST /luban/api/instance/register HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n',
    )
    const dripping = setInterval(() => slow.socket.write('x'), 50)
    const startedMs = Date.now()
    expect((await fetch(`http://127.0.0.1:${listener.port}/healthz`)).status).toBe(200)
    await slow.ended
    clearInterval(dripping)
    expect(Date.now() - startedMs).toBeLessThan(3000)
    await listener.close()
  })

  it('takes no body of a gigabyte, with or without a length (F38)', async () => {
    const listener = await open()
    const post = (headers: string, body: string): Promise<string> =>
      sendRaw(
        listener.port,
        `POST /luban/api/instance/register HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n\r\n${body}`,
      ).ended
    expect(await post('Content-Length: 1000000000', 'x')).toMatch(/^HTTP\/1.1 413 /)
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    expect(await post('Transfer-Encoding: chunked', chunk.repeat(3))).toMatch(/^HTTP\/1.1 413 /)
    expect(await post('Content-Encoding: gzip\r\nContent-Length: 1', 'x')).toMatch(/^HTTP\/1.1 415 /)
    await listener.close()
  })

  it('finishes what is under way when it closes, and takes nothing new (F47)', async () => {
    let finish = (): void => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    let begun = 0
    const listener = await open(async () => {
      begun += 1
      await finished
      return new Response('done')
    })
    const url = `http://127.0.0.1:${listener.port}/`
    const calls = Array.from({length: 20}, () => fetch(url, {method: 'POST', body: 'x'}))
    await expect.poll(() => begun).toBe(20)
    const closed = listener.close()
    // What the system had taken by then is taken over, and then no more.
    await expect.poll(() => knock(listener.port)).toBe('ECONNREFUSED')
    await expect(fetch(url)).rejects.toThrow()
    finish()
    const answers = await Promise.all(calls)
    expect(answers.map(({status}) => status)).toEqual(Array(20).fill(200))
    expect(answers[0]?.headers.get('connection')).toBe('close')
    await closed
  })

  it('cuts what does not finish in time', async () => {
    const listener = await open(() => new Promise(() => {}))
    const call = fetch(`http://127.0.0.1:${listener.port}/`).then(
      () => 'answered',
      () => 'cut',
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    const startedMs = Date.now()
    await listener.close()
    expect(Date.now() - startedMs).toBeLessThan(3000)
    expect(await call).toBe('cut')
  })

  it('cuts the connections of a source whose heads never end and hold too much, and nobody else', async () => {
    const face = await openFace()
    const heads = {perSourceBytes: 1_000_000, totalBytes: 5_000_000, everyMs: 50}
    const sockets = createKickSockets(face.deps, face.app.kickFace)
    const listener = await listen(face.app, sockets, {host: '127.0.0.1', port: 0, heads})
    const url = `http://127.0.0.1:${listener.port}/healthz`
    const small = sendRaw(listener.port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    const wholeBefore = await fetch(url, {headers: {connection: 'keep-alive'}})
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect([wholeBefore.status, small.socket.destroyed]).toEqual([200, false])
    small.socket.destroy()
    const held = Array.from({length: 12}, () => sendRaw(listener.port, `GET /?a=${'a'.repeat(100_000)}`))
    // Without an answer: whom their time has run out gets a 408.
    expect(new Set(await Promise.all(held.map(({ended}) => ended)))).toEqual(new Set(['']))
    expect((await fetch(url)).status).toBe(200)
    await listener.close()
  })

  it('ends held answers at once when it closes', async () => {
    let begun = 0
    const listener = await open(async (request) => {
      begun += 1
      await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()))
      return new Response('as it is')
    })
    const call = fetch(`http://127.0.0.1:${listener.port}/`, {headers: {[HOLD_HEADER]: '20000'}})
    await expect.poll(() => begun).toBe(1)
    await listener.close()
    expect(await (await call).text()).toBe('as it is')
  })

  it('ends a held answer when its caller hangs up', async () => {
    let ended = false
    const listener = await open(async (request) => {
      await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()))
      ended = true
      return new Response('')
    })
    const hangUp = new AbortController()
    const call = fetch(`http://127.0.0.1:${listener.port}/`, {headers: {[HOLD_HEADER]: '20000'}, signal: hangUp.signal})
    setTimeout(() => hangUp.abort(), 50)
    await expect(call).rejects.toThrow()
    await expect.poll(() => ended).toBe(true)
    await listener.close()
  })
})

/** Whether the port is open: connects and hangs up. */
function knock(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({host: '127.0.0.1', port})
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
    socket.on('connect', () => {
      socket.destroy()
      resolve('open')
    })
  })
}
