import {chmodSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {Clock} from '../../../src/lib/core/clock.ts'
import type {CredentialSource} from '../../../src/lib/core/credential-source.ts'
import {AssistError} from '../../../src/lib/core/errors.ts'
import {createKeys} from '../../../src/lib/ecs/credentials/create-keys.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const TLS = join(import.meta.dirname, '../../fixtures/tls')

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(answer: () => {status?: number; body: unknown}): Promise<{url: string; asked: URLSearchParams[]}> {
  const asked: URLSearchParams[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      asked.push(new URLSearchParams(text))
      const {status = 200, body} = answer()
      response
        .writeHead(status, {'content-type': 'application/json'})
        .end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked}
}

let nowMs = Date.parse('2026-01-01T00:00:00Z')
const clock: Clock = {now: () => nowMs, monotonic: () => nowMs, sleep: async () => {}}
const keysOf = (source: CredentialSource, externalDisabled = false) =>
  createKeys(source, {
    clock,
    userAgent: 'assist/1',
    proxy: undefined,
    environment: {PATH: process.env.PATH},
    externalDisabled,
  })

const temporary = (n: number) => ({
  AccessKeyId: `STS.${n}`,
  AccessKeySecret: 'CANARY-s',
  SecurityToken: 'CANARY-t',
  Expiration: new Date(nowMs + 3_600_000).toISOString(),
})

async function refusal(work: Promise<unknown>): Promise<AssistError> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (error instanceof AssistError) return error
  throw error
}

describe('createKeys', () => {
  it('gives stored keys as they are', async () => {
    const pair = {accessKeyId: 'a', accessKeySecret: 'b'}
    expect(await keysOf({mode: 'AK', ...pair})()).toEqual(pair)
    expect(await keysOf({mode: 'StsToken', ...pair, stsToken: 't'})()).toEqual({...pair, securityToken: 't'})
  })

  it('asks a credentials URI once, and again before the keys expire', async () => {
    let n = 0
    const {url, asked} = await serve(() => ({body: {Code: 'Success', ...temporary(++n)}}))
    const keys = keysOf({mode: 'CredentialsURI', uri: url})
    expect((await keys()).accessKeyId).toBe('STS.1')
    expect((await keys()).accessKeyId).toBe('STS.1')
    nowMs += 58 * 60_000
    expect((await keys()).accessKeyId).toBe('STS.2')
    expect(asked).toHaveLength(2)
  })

  it.each([
    {name: 'another status', answer: {status: 500, body: {}}, says: 'HTTP 500'},
    {name: 'another code', answer: {body: {Code: 'Fail', X: 'CANARY'}}, says: 'not Success'},
    {name: 'no JSON', answer: {body: 'CANARY'}, says: 'no JSON answer'},
    {name: 'a missing field', answer: {body: {Code: 'Success', AccessKeyId: 'CANARY'}}, says: 'without Expiration'},
  ])('says what is wrong with a credentials URI: $name', async ({answer, says}) => {
    const {url} = await serve(() => answer)
    const error = await refusal(keysOf({mode: 'CredentialsURI', uri: `${url}/?token=CANARY`})())
    expect(error.code).toBe('config')
    expect(error.message).toContain(says)
    expect(`${error.message}${error.hint}`).not.toContain('CANARY')
  })

  it.each(['http://[CANARY', 'ftp://127.0.0.1/CANARY'])('does not show a credentials URI that is none', async (uri) => {
    const error = await refusal(keysOf({mode: 'CredentialsURI', uri})())
    expect(error.code).toBe('config')
    expect(`${error.message}${error.hint}`).not.toContain('CANARY')
  })

  it.each([
    {name: 'nobody listens', uri: 'http://127.0.0.1:9/?token=CANARY', says: 'cannot be reached: connection refused'},
    {name: 'is no address', uri: 'CANARY', says: 'is no address'},
    {name: 'is of another kind', uri: 'file:///CANARY', says: 'is no address of http or https'},
  ])('says what is wrong with a credentials URI: $name', async ({uri, says}) => {
    const error = await refusal(keysOf({mode: 'CredentialsURI', uri})())
    expect(error.message).toContain(says)
    expect(error.hint).toContain('ALIBABA_CLOUD_CREDENTIALS_URI')
    expect(`${error.message}${error.hint}`).not.toContain('CANARY')
  })

  it('checks the certificate of a credentials URI even where Node was told not to', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => readFileSync(join(TLS, name)))
    const server = createTlsServer({cert, key}, (_request, response) =>
      response.end(JSON.stringify({Code: 'Success', ...temporary(1)})),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const uri = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      await expect(keysOf({mode: 'CredentialsURI', uri})()).rejects.toMatchObject({code: 'config'})
    } finally {
      vi.unstubAllEnvs()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('assumes a role with the keys of its source', async () => {
    const {url, asked} = await serve(() => ({body: {RequestId: 'r', Credentials: temporary(1)}}))
    const keys = keysOf({
      mode: 'RamRoleArn',
      roleArn: 'acs:ram::1:role/r',
      sessionName: 'me',
      externalId: 'x',
      expiredSeconds: 900,
      stsHost: url,
      source: {mode: 'AK', accessKeyId: 'base', accessKeySecret: 'CANARY'},
    })
    expect(await keys()).toMatchObject({accessKeyId: 'STS.1', securityToken: 'CANARY-t'})
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      Action: 'AssumeRole',
      Version: '2015-04-01',
      AccessKeyId: 'base',
      RoleArn: 'acs:ram::1:role/r',
      RoleSessionName: 'me',
      ExternalId: 'x',
      DurationSeconds: '900',
    })
  })

  it('starts a key program with its arguments as they are, without a shell', async () => {
    const folder = tempFolder()
    const program = join(folder, 'keys.sh')
    writeFileSync(
      program,
      `#!/bin/sh\nprintf '%s|' "$@" > ${folder}/args\nprintf '{"mode":"StsToken","access_key_id":"i","access_key_secret":"s","sts_token":"t"}'\n`,
    )
    chmodSync(program, 0o700)
    const keys = await keysOf({mode: 'External', command: [program, 'a b', '; touch x', '$HOME']})()
    expect(keys).toEqual({accessKeyId: 'i', accessKeySecret: 's', securityToken: 't'})
    expect(readFileSync(join(folder, 'args'), 'utf8')).toBe('a b|; touch x|$HOME|')
  })

  it.each([
    {name: 'that is not there', command: ['/no/such/program', 'CANARY'], says: 'it does not exist'},
    {name: 'that fails', command: ['sh', '-c', 'echo CANARY; exit 3'], says: 'exit code 3'},
    {name: 'that prints no JSON', command: ['echo', 'CANARY'], says: 'not JSON'},
    {name: 'that prints another mode', command: ['echo', '{"mode":"RamRoleArn","x":"CANARY"}'], says: '"RamRoleArn"'},
    {
      name: 'that prints no secret',
      command: ['echo', '{"mode":"AK","access_key_id":"CANARY"}'],
      says: 'no access_key_secret',
    },
  ])('tells of a key program $name, not what it printed', async ({command, says}) => {
    const error = await refusal(keysOf({mode: 'External', command})())
    expect(error.message).toContain(says)
    expect(`${error.message}${error.hint}${error.stack}${JSON.stringify(error.cause ?? '')}`).not.toContain('CANARY')
  })

  it('starts none where the environment forbids it', async () => {
    const error = await refusal(keysOf({mode: 'External', command: ['true']}, true)())
    expect(error.message).toContain('ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS')
  })
})
