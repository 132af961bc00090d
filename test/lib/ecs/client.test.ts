import {readFileSync} from 'node:fs'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import type {Clock} from '../../../src/lib/core/clock.ts'
import {AssistError} from '../../../src/lib/core/errors.ts'
import {runCommand} from '../../../src/lib/ecs/api/invocations.ts'
import {type CallOptions, createEcsClient, type EcsClientOptions} from '../../../src/lib/ecs/client.ts'
import {EcsError} from '../../../src/lib/ecs/error.ts'
import {canonicalQuery, signV1, stringToSignV1} from '../../../src/lib/protocol/ecs/signature.ts'

const TLS = join(import.meta.dirname, '../../fixtures/tls')

interface Got {
  method: string
  url: string
  headers: IncomingMessage['headers']
  form: URLSearchParams
}
type Answer = (response: ServerResponse, got: Got) => void

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A real server that gives the answers in turn; the last one again and again. */
async function serve(...answers: Answer[]): Promise<{url: string; got: Got[]}> {
  const got: Got[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      const one = {method: request.method ?? '', url: request.url ?? '', headers: request.headers, form}
      got.push(one)
      const answer = answers[Math.min(got.length, answers.length) - 1]
      answer?.(response, one)
    })
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got}
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, {'content-type': 'application/json', ...headers})
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
const html =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, {'content-type': 'text/html; charset=utf-8', ...headers})
    response.end('<html>CANARY-page</html>')
  }
const cut: Answer = (response) => response.socket?.destroy()
const OK = json({RequestId: 'r-1'})
const OURS = json({RequestId: 'r-1'}, 200, {'x-assist-server': '1'})
const fault = (code: string, status = 400, headers: Record<string, string> = {}): Answer =>
  json({RequestId: 'r-1', Code: code, Message: 'It said no.', HostId: 'h'}, status, headers)

const SECRET = 'CANARY-secret'
const TOKEN = 'CANARY-token'

function setUp(endpoint: string, more: Partial<EcsClientOptions> = {}) {
  const slept: number[] = []
  const lines: string[] = []
  const clock: Clock = {
    now: () => Date.parse('2026-01-02T03:04:05Z'),
    monotonic: () => performance.now(),
    sleep: async (ms) => {
      slept.push(ms)
    },
  }
  let serial = 0
  const ecs = createEcsClient({
    region: 'cn-test',
    endpoint,
    keys: async () => ({accessKeyId: 'test-id', accessKeySecret: SECRET, securityToken: TOKEN}),
    clock,
    random: () => 0.5,
    randomBytes: (size) => new Uint8Array(size).fill(++serial),
    userAgent: 'assist/1.2.3',
    debug: (line) => lines.push(line),
    ...more,
  })
  return {ecs, slept, lines}
}

async function refusal(work: Promise<unknown>): Promise<AssistError> {
  const error = await work.then(
    () => new Error('was not refused'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof AssistError) return error
  throw error
}

describe('createEcsClient', () => {
  it('sends one signed form that a server can check', async () => {
    const {url, got} = await serve(OK)
    await setUp(url).ecs.call('RunCommand', {
      InstanceId: ['a', 'b'],
      CommandContent: 'echo "*~ a+b"\n汉',
      Timeout: 60,
      Timed: false,
    })
    const [request] = got
    expect(request).toMatchObject({method: 'POST', url: '/'})
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'assist/1.2.3',
    })
    const pairs = [...(request?.form ?? [])].filter(([name]) => name !== 'Signature')
    expect(Object.fromEntries(pairs)).toMatchObject({
      Action: 'RunCommand',
      Version: '2014-05-26',
      Format: 'JSON',
      RegionId: 'cn-test',
      'InstanceId.1': 'a',
      'InstanceId.2': 'b',
      CommandContent: 'echo "*~ a+b"\n汉',
      Timeout: '60',
      Timed: 'false',
      SecurityToken: TOKEN,
    })
    expect(canonicalQuery(pairs)).toContain('%2A~%20a%2Bb')
    expect(request?.form.get('Signature')).toBe(signV1(SECRET, stringToSignV1('POST', pairs)))
  })

  it('gives plain values back, big integers without loss', async () => {
    const {url} = await serve(
      json(
        '{"RequestId":"r","Big":12345678901234567890,"Safe":1700000000000000,"Small":3,"Pi":3.14,"List":[{"A":null}]}',
      ),
    )
    const answer = await setUp(url).ecs.call('DescribeCommands', {})
    expect(answer).toStrictEqual({
      RequestId: 'r',
      Big: '12345678901234567890',
      Safe: 1700000000000000,
      Small: 3,
      Pi: 3.14,
      List: [{A: null}],
    })
    expect(Object.getPrototypeOf(answer)).toBe(Object.prototype)
  })

  it.each([
    {name: 'a refusal', answer: fault('InvalidInstance.NotFound', 404), code: 'InvalidInstance.NotFound', status: 404},
    {name: 'a Code in a 200', answer: fault('OperationDenied', 200), code: 'OperationDenied', status: 200},
  ])('turns $name into an EcsError at once', async ({answer, code, status}) => {
    const {url, got} = await serve(answer)
    const error = await refusal(setUp(url).ecs.call('DescribeCommands', {}))
    expect(error).toBeInstanceOf(EcsError)
    expect(error).toMatchObject({code: 'refused', ecsCode: code, httpStatus: status, requestId: 'r-1'})
    expect(error.message).toBe(`DescribeCommands: ${code}: It said no. (request r-1)`)
    expect(got).toHaveLength(1)
  })

  it('reads Code Success as success', async () => {
    const {url} = await serve(json({Code: 'Success', RequestId: 'r'}))
    await expect(setUp(url).ecs.call('DescribeCommands', {})).resolves.toEqual({Code: 'Success', RequestId: 'r'})
  })

  it.each([
    {name: 'a proxy page', answer: html(502), says: 'HTTP 502, text/html', tries: 5},
    {name: 'a page with 200', answer: html(200), says: 'HTTP 200, text/html', tries: 1},
    {name: 'half an answer', answer: json('{"RequestId": "r'), says: 'HTTP 200, application/json', tries: 1},
    {name: 'nothing', answer: json(''), says: 'HTTP 200', tries: 1},
    {name: 'a list', answer: json([]), says: 'HTTP 200', tries: 1},
    {name: 'null', answer: json('null'), says: 'HTTP 200', tries: 1},
  ])('calls $name unreachable, not refused', async ({answer, says, tries}) => {
    const {url, got} = await serve(answer)
    const error = await refusal(setUp(url).ecs.call('DescribeCommands', {}))
    expect(error.code).toBe('unreachable')
    expect(error.message).toContain(says)
    expect(got).toHaveLength(tries)
  })

  it('never follows a redirect', async () => {
    const elsewhere = await serve(OK)
    const {url, got} = await serve(html(307, {location: `${elsewhere.url}/`}))
    const error = await refusal(setUp(url).ecs.call('DescribeCommands', {}))
    expect(error).toMatchObject({code: 'unreachable', hint: expect.stringContaining('redirect is not followed')})
    expect([got.length, elsewhere.got.length]).toEqual([1, 0])
    const inJson = await serve(json({RequestId: 'r'}, 302, {location: `${elsewhere.url}/`}))
    expect(await refusal(setUp(inJson.url).ecs.call('DescribeCommands', {}))).toMatchObject({code: 'unreachable'})
  })

  it.each<{name: string; action: string; call?: CallOptions; answer: Answer; tries: number}>([
    {name: 'a read after a cut', action: 'DescribeCommands', answer: cut, tries: 5},
    {name: 'a read after a 500', action: 'DescribeCommands', answer: fault('InternalError', 500), tries: 5},
    {name: 'a write with a token after a cut', action: 'RunCommand', call: {write: true}, answer: cut, tries: 5},
    {name: 'a stop after a cut', action: 'StopInvocation', call: {write: true}, answer: cut, tries: 5},
    {name: 'not an unknown write after a cut', action: 'RebootInstance', answer: cut, tries: 1},
    {name: 'not an unknown write after a 500', action: 'RebootInstance', answer: fault('InternalError', 500), tries: 1},
    {
      name: 'even an unknown write after throttling',
      action: 'RebootInstance',
      answer: fault('Throttling.User'),
      tries: 5,
    },
    {name: 'not a refusal', action: 'DescribeCommands', answer: fault('Forbidden.RAM', 403), tries: 1},
    {
      name: 'a call that is still being carried out',
      action: 'RunCommand',
      answer: fault('IdempotentProcessing', 403),
      tries: 5,
    },
  ])('repeats $name', async ({action, call, answer, tries}) => {
    const {url, got} = await serve(answer)
    await refusal(setUp(url).ecs.call(action, {}, call))
    expect(got).toHaveLength(tries)
  })

  it('keeps one ClientToken over all tries, with a nonce and signature of its own each time', async () => {
    const {url, got} = await serve(cut, fault('InternalError', 500), fault('Throttling'), OK)
    const {ecs} = setUp(url)
    await ecs.call('RunCommand', {Name: 'a'}, {write: true})
    await ecs.call('RunCommand', {Name: 'a'}, {write: true})
    const of = (name: string): Array<string | null> => got.map(({form}) => form.get(name))
    const [first, , , , last] = of('ClientToken')
    expect(of('ClientToken').slice(0, 4)).toEqual([first, first, first, first])
    expect(first).toMatch(/^[\x21-\x7e]{16,64}$/)
    expect(last).not.toBe(first)
    expect(new Set(of('SignatureNonce')).size).toBe(5)
    expect(new Set(of('Signature')).size).toBe(5)
  })

  it('sends a ClientToken that it was given, and none where the action knows none', async () => {
    const {url, got} = await serve(OK)
    const {ecs} = setUp(url)
    await ecs.call('InvokeCommand', {ClientToken: 'mine'}, {write: true})
    await ecs.call('StopInvocation', {}, {write: true})
    expect(got.map(({form}) => form.get('ClientToken'))).toEqual(['mine', null])
  })

  it('waits as long as the service asks, else longer each time with jitter', async () => {
    const asked = await serve(fault('Throttling', 400, {'x-acs-retry-after': '1234'}), OK)
    const first = setUp(asked.url)
    await first.ecs.call('DescribeCommands', {})
    expect(first.slept).toEqual([1234])
    const failing = await serve(fault('ServiceUnavailable', 503))
    const second = setUp(failing.url)
    await refusal(second.ecs.call('DescribeCommands', {}))
    expect(second.slept).toEqual([150, 300, 600, 1200])
  })

  it('says what could not be reached, and leaves a refused connection to its maker when asked', async () => {
    const {url} = await serve(OK)
    const [server] = servers.splice(0)
    await new Promise((done) => server?.close(done))
    const error = await refusal(setUp(url).ecs.call('DescribeCommands', {}))
    expect(error).toMatchObject({
      code: 'unreachable',
      message: `DescribeCommands: cannot reach ${new URL(url).host}: connection refused, after 5 tries`,
    })
    const {ecs, lines} = setUp(url, {refusalIsFinal: true})
    expect((await refusal(ecs.call('DescribeCommands', {}))).cause).toEqual({code: 'ECONNREFUSED'})
    expect(lines).toHaveLength(1)
  })

  it('does not speak http to a TLS port or TLS to an http port for long', async () => {
    const {url} = await serve(OK)
    const {ecs, lines} = setUp(url.replace('http:', 'https:'))
    const error = await refusal(ecs.call('DescribeCommands', {}))
    expect(error).toMatchObject({code: 'unreachable', message: expect.stringContaining('does not speak TLS')})
    expect(error.hint).toBe(`If it speaks plain http, say so in the address: ${url}`)
    expect(lines).toHaveLength(1)
    const secure = createTlsServer({key: readFileSync(join(TLS, 'key.pem')), cert: readFileSync(join(TLS, 'cert.pem'))})
    servers.push(secure)
    await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done))
    const {host} = new URL(`http://127.0.0.1:${(secure.address() as AddressInfo).port}`)
    const other = await refusal(setUp(`http://${host}`, {mostTries: 1}).ecs.call('DescribeCommands', {}))
    expect(other).toMatchObject({code: 'unreachable', hint: `If it speaks TLS, say so in the address: https://${host}`})
  })

  it('asks for a held answer, and for the change after the one it knows', async () => {
    const {url, got} = await serve(OK)
    const {ecs} = setUp(url)
    await ecs.call('DescribeInvocations', {}, {hold: {waitMs: 20_000, since: '7'}})
    await ecs.call('DescribeInvocations', {}, {hold: {waitMs: 20_000}})
    await ecs.call('DescribeInvocations', {})
    expect(got.map(({headers}) => [headers['x-assist-wait'], headers['x-assist-since']])).toEqual([
      ['20000', '7'],
      ['20000', undefined],
      [undefined, undefined],
    ])
  })

  it('ends at the signal, also while it waits for an answer', async () => {
    const controller = new AbortController()
    const {url} = await serve(() => controller.abort())
    const error = await refusal(setUp(url).ecs.call('DescribeInvocations', {}, {signal: controller.signal}))
    expect(error.code).toBe('interrupted')
  })

  it('ends when its time is over', async () => {
    const {url} = await serve(() => {})
    const error = await refusal(setUp(url, {timeoutMs: 50}).ecs.call('DescribeInvocations', {}))
    expect(error).toMatchObject({code: 'timeout', message: 'DescribeInvocations: no answer within 50ms'})
    // It would change nothing, so there is nothing to look for.
    expect(error.hint).toBe('Give it longer with --timeout.')
    const written = await refusal(setUp(url, {timeoutMs: 50}).ecs.call('RunCommand', {}))
    expect(written.hint).toContain('whether it was carried out')
  })

  it('keeps calls that run at once apart', async () => {
    const {url} = await serve((response, {form}) => {
      const name = form.get('Name') ?? ''
      setTimeout(
        () => (name === 'page' ? html(200) : json({Name: name}))(response, {} as Got),
        name === 'slow' ? 60 : 0,
      )
    })
    const {ecs} = setUp(url)
    const [slow, quick, page] = await Promise.allSettled(
      ['slow', 'quick', 'page'].map((Name) => ecs.call('DescribeCommands', {Name})),
    )
    expect([slow, quick]).toMatchObject([{value: {Name: 'slow'}}, {value: {Name: 'quick'}}])
    expect(page).toMatchObject({reason: {code: 'unreachable'}})
  })

  it('says by how much the clock is wrong', async () => {
    const {url} = await serve(
      fault('InvalidTimeStamp.Expired', 400, {
        date: new Date(Date.parse('2026-01-02T03:04:05Z') + 3_600_000).toUTCString(),
      }),
    )
    const error = await refusal(setUp(url).ecs.call('DescribeCommands', {}))
    expect(error.hint).toBe(
      "The clock of this machine is 60 min behind the service's. Set it right, as with: timedatectl set-ntp true",
    )
  })

  it('shows no secret in any error or debug line, whatever comes back', async () => {
    const echo: Answer = (response, {form}) =>
      json(
        {
          RequestId: 'r',
          Code: 'SignatureDoesNotMatch',
          Message: `server string to sign is: ${stringToSignV1('POST', [...form])}`,
        },
        400,
      )(response, {} as Got)
    const leak: Answer = (response) =>
      json(
        {RequestId: 'r', Code: 'InternalError.X', Message: `AccessKeySecret=${SECRET} SecurityToken: ${TOKEN}`},
        400,
      )(response, {} as Got)
    for (const answer of [echo, leak, html(500), html(200), html(301), cut, json('CANARY'), fault('X', 500)]) {
      const {url} = await serve(answer)
      const {ecs, lines} = setUp(url)
      const error = await refusal(
        ecs.call(
          'RunCommand',
          {CommandContent: 'CANARY-script', Parameters: '{"p":"CANARY-parameter"}'},
          {write: true},
        ),
      )
      const shown = [error.message, error.hint, error.stack, JSON.stringify(error.cause), ...lines].join('\n')
      expect(shown).not.toContain('CANARY')
      expect(lines.length).toBeGreaterThan(0)
    }
  })
})

describe('a server of ours', () => {
  it('is known by what it says, and hears only then who follows', async () => {
    const {url, got} = await serve(OK, OURS, OURS)
    const {ecs} = setUp(url)
    const run = {instanceIds: ['i-1'], type: 'RunShellScript' as const, scriptBase64: '', follower: 'me'}
    expect(ecs.isOurs).toBe(false)
    for (let count = 0; count < 3; count++) await runCommand(ecs, run)
    expect(ecs.isOurs).toBe(true)
    expect(got.map(({form}) => form.get('AssistFollower'))).toEqual([null, null, 'me'])
  })

  it('may be known from the beginning', async () => {
    const {url, got} = await serve(OK)
    const {ecs} = setUp(url, {isOurs: true})
    await runCommand(ecs, {instanceIds: ['i-1'], type: 'RunShellScript', scriptBase64: '', follower: 'me'})
    expect(got[0]?.form.get('AssistFollower')).toBe('me')
  })
})
