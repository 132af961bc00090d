import {describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {flattenParameters} from '../../../../src/lib/protocol/ecs/parameters/flatten.ts'
import {createAccessKey} from '../../../../src/lib/server/store/calls/access-keys.ts'
import {addAgent, KEYS} from '../../../support/agent-face.ts'
import {type Parameters, signedV1, signedV3} from '../../../support/rpc-client.ts'
import {sendRaw, startTestServer} from '../../../support/running-server.ts'

/** As many bytes as a script may have; each of them takes three in a URL. */
const LONGEST = '你'.repeat(6144)

async function open() {
  const {server, face} = await startTestServer()
  const key = await server.deps.db.write((tx) =>
    createAccessKey(tx, server.deps, {accountId: 'account-1', description: '', nowMs: Date.now()}),
  )
  const {instanceId} = await addAgent(face)
  return {server, face, key, instanceId}
}

/** As `fetch` would send it, but with the URL as the official clients spell it. */
async function sendSigned(url: string, request: Request): Promise<{status: number; body: string}> {
  const {search} = new URL(request.url)
  const answer = await fetch(`${url}/${search}`, {method: request.method, headers: [...request.headers]})
  return {status: answer.status, body: await answer.text()}
}

const run = (instanceId: string, change: Parameters = {}): Parameters => ({
  RegionId: 'cn-test',
  Type: 'RunShellScript',
  CommandContent: LONGEST,
  InstanceId: [instanceId],
  ...change,
})

describe('a URL with everything in its query', () => {
  it.each(['V1 GET', 'V3 POST'])(
    'may hold the longest script, percent-encoded, beside long texts and tags: %s',
    async (kind) => {
      const {server, key, instanceId} = await open()
      const tags = Array.from({length: 20}, (_, i) => ({Key: `${'键'.repeat(60)}${i}`, Value: '值'.repeat(128)}))
      const parameters = run(instanceId, {Description: '述'.repeat(512), WorkingDir: `/${'夹'.repeat(199)}`, Tag: tags})
      const signing = {key, nowMs: Date.now()}
      const request =
        kind === 'V1 GET'
          ? signedV1('GET', 'RunCommand', parameters, signing)
          : signedV3('RunCommand', parameters, {...signing, change: {host: new URL(server.url).host}})
      const {status, body} = await sendSigned(server.url, request)
      expect(JSON.parse(body)).toMatchObject({InvokeId: expect.stringMatching(/^t-/)})
      expect(status).toBe(200)
    },
  )

  it('is refused by the script, not by its length, when the script is one byte too long', async () => {
    const {server, key, instanceId} = await open()
    const parameters = run(instanceId, {CommandContent: `${LONGEST}x`})
    const {status, body} = await sendSigned(
      server.url,
      signedV1('GET', 'RunCommand', parameters, {key, nowMs: Date.now()}),
    )
    expect([status, JSON.parse(body).Code]).toEqual([403, 'CmdContent.ExceedLimit'])
  })

  it.each([
    {name: 'longer than we take', length: 300_000, status: 413},
    {name: 'longer than the parser takes', length: 700_000, status: 413},
  ])('that is $name is refused as the API refuses, logged and counted', async ({length, status}) => {
    const {server, face} = await open()
    const query = `Action=RunCommand&AccessKeyId=x&CommandContent=${'a'.repeat(length)}&Format=JSON`
    const answer = await sendRaw(server.port, `GET /?${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`).ended
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(JSON.parse(body)).toMatchObject({
      Code: 'RequestTooLarge',
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      Message: expect.stringMatching(/at most \d+ bytes/),
    })
    expect(face.logged.some(({fields}) => fields?.status === status)).toBe(true)
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toMatch(new RegExp(`assist_requests_total\\{face="(rpc|unread)",status="${status}"\\} 1`))
  })
})

describe('a body that is too long', () => {
  it.each([
    {format: 'JSON', starts: /^\{"RequestId"/},
    {format: 'XML', starts: /^<\?xml .*<Code>RequestTooLarge</},
  ])('is refused in $format when its parameters ask for that, even behind the long one', async ({format, starts}) => {
    const {server} = await open()
    const pairs = flattenParameters({AccessKeyId: 'x', CommandContent: 'a'.repeat(1_100_000), Format: format})
    const answer = await fetch(`${server.url}/`, {
      method: 'POST',
      headers: {'x-acs-action': 'RunCommand'},
      body: new URLSearchParams(pairs),
    })
    expect(answer.status).toBe(413)
    expect(await answer.text()).toMatch(starts)
  })
})

describe('bodies whose last byte never comes', () => {
  it('take so much memory per source and no more', async () => {
    const {server} = await open()
    const size = 900_000
    const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${size}\r\n\r\n`
    const held = Array.from({length: 30}, () => sendRaw(server.port, head + 'a'.repeat(size - 1)))
    const answers: string[] = []
    for (const {ended} of held) void ended.then((answer) => answers.push(answer))
    await expect.poll(() => answers.length, {timeout: 20_000}).toBeGreaterThan(5)
    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1.1 429 /)
      expect(answer).toMatch(/\r\nretry-after: 1\r\n/i)
    }
    for (const {socket} of held) socket.destroy()
  })
})

describe('bodies of agents whose last byte never comes', () => {
  it('take so much memory per source and no more', async () => {
    const {server, face} = await open()
    const agent = await addAgent(face, {strong: true, key: KEYS[1]})
    const size = 900_000
    const path = `${AGENT_PATHS.finish}?taskId=t-1`
    const headers = Object.entries(agent.headers('POST', path, Buffer.alloc(0)))
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
    const held = Array.from({length: 30}, () => sendRaw(server.port, head + 'a'.repeat(size - 1)))
    const answers: string[] = []
    for (const {ended} of held) void ended.then((answer) => answers.push(answer))
    await expect.poll(() => answers.length, {timeout: 20_000}).toBeGreaterThan(5)
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 429 /)
    for (const {socket} of held) socket.destroy()
  })
})

describe('the format of an answer', () => {
  it('is that of the parameters where the signature stands in them, whatever headers come with it', async () => {
    const {server, key} = await open()
    const signing = {key, nowMs: Date.now(), change: {Format: 'XML'}, headers: {'x-acs-action': 'DescribeRegions'}}
    const {body} = await sendSigned(server.url, signedV1('GET', 'DescribeRegions', {}, signing))
    expect(body).toContain('<DescribeRegionsResponse>')
  })
})
