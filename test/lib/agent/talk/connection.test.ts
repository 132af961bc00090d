import {describe, expect, it} from 'vitest'
import {createKey} from '../../../../src/lib/agent/state/identity.ts'
import {createConnection, parseServerUrl} from '../../../../src/lib/agent/talk/connection.ts'
import type {ExchangeAnswer, ExchangeRequest} from '../../../../src/lib/core/exchange.ts'
import {SIGNATURE_HEADERS, verifyOfficial, verifyStrong} from '../../../../src/lib/protocol/agent/signature.ts'
import {readMachine} from '../../../../src/lib/system/machine.ts'

describe('parseServerUrl', () => {
  it.each([
    ['https://assist.example.com:8443', 'https://assist.example.com:8443'],
    ['https://host/a/prefix/', 'https://host/a/prefix'],
    ['http://127.0.0.1:80', 'http://127.0.0.1'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://localhost:1', 'http://localhost:1'],
  ])('takes %s', (text, url) => {
    expect(parseServerUrl(text)).toBe(url)
  })

  it.each([
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'nonsense',
    'https://user:pw@host',
    'https://host/?query',
  ])('refuses %s', (url) => {
    expect(() => parseServerUrl(url)).toThrow(expect.objectContaining({code: 'config'}))
  })
})

describe('a connection', () => {
  it('signs what is sent: method, path, query and body', async () => {
    const key = await createKey()
    const identity = {instanceId: 'mi-1', machineId: 'm', regionId: 'r', serverUrl: '', assist: true, key}
    const requests: ExchangeRequest[] = []
    const deps = {
      ...{machine: readMachine(), now: () => 1234},
      exchange: async (request: ExchangeRequest) => {
        requests.push(request)
        return {status: 200, headers: {}, text: '{}'}
      },
    }
    const text = Buffer.from('中文')
    const call = {
      method: 'POST' as const,
      path: '/luban/x',
      query: new URLSearchParams({a: 'b c/é', t: '+'}),
      text,
      timeoutMs: 1000,
    }
    await createConnection(deps, 'http://127.0.0.1:9/prefix/', identity)(call)
    const [request] = requests
    if (request === undefined) throw new Error('nothing was sent')
    const header = (name: string): string => request.headers[name] ?? ''
    const signing = {
      instanceId: 'mi-1',
      machineId: 'm',
      timestamp: '1234',
      requestId: header(SIGNATURE_HEADERS.requestId),
    }
    const target = request.url.pathname + request.url.search
    expect(target).toBe('/prefix/luban/x?a=b+c%2F%C3%A9&t=%2B')
    expect(verifyOfficial(key, signing, header(SIGNATURE_HEADERS.signature))).toBe(true)
    expect(verifyStrong(key, signing, {method: 'POST', target, body: text}, header(SIGNATURE_HEADERS.strong))).toBe(
      true,
    )
    expect(
      verifyStrong(key, signing, {method: 'POST', target, body: Buffer.from('x')}, header(SIGNATURE_HEADERS.strong)),
    ).toBe(false)
  })

  it('sends nothing when the gate says no', async () => {
    let sent = 0
    const deps = {
      ...{machine: readMachine(), now: () => 1},
      exchange: async () => {
        sent++
        return {status: 200, headers: {}, text: ''}
      },
    }
    const connection = createConnection(deps, 'http://127.0.0.1', undefined)
    await expect(
      connection({method: 'POST', path: '/x', timeoutMs: 1000, gate: Promise.resolve(false)}),
    ).rejects.toThrow()
    expect(sent).toBe(0)
  })

  it('gives up in time', async () => {
    const deps = {
      ...{machine: readMachine(), now: () => 1},
      exchange: () => new Promise<ExchangeAnswer>(() => {}),
    }
    const connection = createConnection(deps, 'http://127.0.0.1', undefined)
    await expect(connection({method: 'GET', path: '/x', timeoutMs: 20})).rejects.toThrow('no answer in time')
  })
})
