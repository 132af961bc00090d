import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {createRpc} from '../../../../src/lib/server/api/rpc.ts'
import {OPERATIONS} from '../../../../src/lib/server/operations/index.ts'
import {disableAccessKey} from '../../../../src/lib/server/store/calls/access-keys.ts'
import {HOST, type Signing, signedV1, signedV3, type TestKey, timestamp} from '../../../support/rpc-client.ts'
import {type Answer, startTestServer, type TestServer} from '../../../support/rpc-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const signing = (change: Partial<Signing> = {}): Signing => ({key: server.key, nowMs: server.clock.nowMs, ...change})
const bare = (query: string, init: RequestInit = {}): Request =>
  new Request(`http://${HOST}/?Format=JSON&${query}`, init)

describe('createRpc', () => {
  it.each([
    {name: 'V1 GET', make: () => signedV1('GET', 'DescribeRegions', {}, signing())},
    {name: 'V1 POST', make: () => signedV1('POST', 'DescribeRegions', {}, signing())},
    {name: 'V3 POST with a query', make: () => signedV3('DescribeRegions', {AcceptLanguage: 'en-US'}, signing())},
    {name: 'V3 GET', make: () => signedV3('DescribeRegions', {}, signing(), {method: 'GET'})},
    {
      name: 'V3 with a form',
      make: () => signedV3('DescribeRegions', {AcceptLanguage: 'ja'}, signing(), {place: 'form'}),
    },
    {
      name: 'V3 with a JSON body full of &',
      make: () => signedV3('DescribeRegions', {AcceptLanguage: '&'.repeat(5000)}, signing(), {place: 'json'}),
    },
    {
      name: 'V3 with a JSON body',
      make: () => signedV3('DescribeRegions', {AcceptLanguage: 'ja'}, signing(), {place: 'json'}),
    },
  ])('accepts $name', async ({make}) => {
    const response = await server.rpc(make(), {source: ''})
    const body = (await response.json()) as Record<string, unknown>
    expect(response.status).toBe(200)
    expect(body.RequestId).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/)
    expect(response.headers.get('x-acs-request-id')).toBe(body.RequestId)
    expect(body.Regions).toEqual({
      Region: [{RegionId: 'local', LocalName: 'local', RegionEndpoint: HOST, Status: 'available'}],
    })
  })

  it('answers a V1 call in XML unless JSON is asked for, errors included', async () => {
    const good = await server.rpc(signedV1('POST', 'DescribeRegions', {}, signing({change: {Format: undefined}})), {
      source: '',
    })
    expect(good.headers.get('content-type')).toBe('text/xml;charset=utf-8')
    expect(await good.text()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?><DescribeRegionsResponse><RequestId>.*<Regions><Region><RegionId>local</,
    )
    const bad = await server.rpc(signedV1('GET', 'Nonsense<&>', {}, signing({change: {Format: 'XML'}})), {source: ''})
    expect(bad.status).toBe(404)
    expect(await bad.text()).toMatch(
      /<Error><RequestId>.*<HostId>ecs.example.test<\/HostId><Code>InvalidAction.NotFound<.*&quot;Nonsense&lt;&amp;&gt;&quot;/,
    )
  })

  it('answers a V3 call by its accept header, in JSON without one', async () => {
    const xml = signedV3('DescribeRegions', {}, signing({headers: {accept: 'application/xml'}}))
    expect(await (await server.rpc(xml, {source: ''})).text()).toContain('<DescribeRegionsResponse>')
  })

  it('names the actions it has where one is unknown', async () => {
    const {status, body} = await server.call('TerminateEverything')
    expect(status).toBe(404)
    expect(body).toMatchObject({Code: 'InvalidAction.NotFound', HostId: HOST, Recommend: ''})
    expect(body.Message).toContain('RunCommand')
  })

  // B11, B16, B17: what is wrong with the request before anybody looks who sent it.
  it.each([
    {name: 'another method', make: () => bare('a=b', {method: 'PUT'}), status: 405, code: 'UnsupportedHTTPMethod'},
    {
      name: 'another path',
      make: () => new Request(`http://${HOST}/admin?Format=JSON`),
      status: 404,
      code: 'InvalidApi.NotFound',
    },
    {
      name: 'a body without a type',
      make: () => bare('', {method: 'POST', body: new Uint8Array([65])}),
      status: 400,
      code: 'InvalidContentType',
    },
    {
      name: 'a body of another type',
      make: () => bare('', {method: 'POST', body: 'a=b', headers: {'content-type': 'text/plain'}}),
      status: 400,
      code: 'InvalidContentType',
    },
    {
      name: 'a body of more than 1 MiB',
      make: () => form(`a=${'x'.repeat(1024 * 1024)}`),
      status: 413,
      code: 'RequestTooLarge',
    },
    {name: 'an endless body', make: () => endless(), status: 413, code: 'RequestTooLarge'},
    {name: 'a parameter twice', make: () => bare('a=1&a=1'), status: 400, code: 'InvalidParameter.a'},
    {
      name: 'a parameter in query and body',
      make: () => form('Name=1', 'Name=1'),
      status: 400,
      code: 'InvalidParameter.Name',
    },
    {name: 'a broken escape', make: () => bare('a=%zz'), status: 400, code: 'InvalidParameter'},
    {name: 'a cut escape', make: () => bare('a=%4'), status: 400, code: 'InvalidParameter'},
    {name: 'an overlong form', make: () => bare('a=%c0%af'), status: 400, code: 'InvalidParameter'},
    {name: 'a lone surrogate', make: () => bare('a=%ed%a0%80'), status: 400, code: 'InvalidParameter'},
    {
      name: 'a body that is not UTF-8',
      make: () => form(new Uint8Array([97, 61, 0xff])),
      status: 400,
      code: 'InvalidParameter',
    },
    {name: 'NUL', make: () => bare('a=%00'), status: 400, code: 'InvalidParameter.a'},
    {name: 'a parameter without a name', make: () => bare('=1'), status: 400, code: 'InvalidParameter'},
    {
      name: 'no signature at all',
      make: () => bare('Action=DescribeRegions'),
      status: 400,
      code: 'MissingParameter.AccessKeyId',
    },
    {
      name: 'half a million parameters in a form',
      make: () => form('&a'.repeat(500_000)),
      status: 400,
      code: 'InvalidParameter',
    },
    {
      name: 'hundreds of thousands of items in JSON',
      make: () =>
        bare('', {
          method: 'POST',
          body: JSON.stringify({a: Array.from({length: 400_000}, () => 1)}),
          headers: {'content-type': 'application/json'},
        }),
      status: 400,
      code: 'InvalidParameter',
    },
    {
      name: '2,001 parameters',
      make: () => bare(Array.from({length: 2001}, (_, i) => `p${i}=`).join('&')),
      status: 400,
      code: 'InvalidParameter',
    },
  ])('refuses $name', async ({make, status, code}) => {
    const answer = await server.send(make())
    expect(answer).toMatchObject({status, body: {Code: code}})
  })

  it.each([
    {name: 'a gap', parameters: {'InstanceId.1': 'a', 'InstanceId.3': 'b'}, code: 'InvalidParameter.InstanceId'},
    {name: 'index 0', parameters: {'InstanceId.0': 'a'}, code: 'InvalidParameter.InstanceId'},
    {name: 'index 1e9', parameters: {'InstanceId.1000000000': 'a'}, code: 'InvalidParameter.InstanceId'},
    {name: 'a number with a leading zero', parameters: {'InstanceId.01': 'a'}, code: 'InvalidParameter.InstanceId'},
    {
      name: 'more than 1000 items',
      parameters: {InstanceId: Array.from({length: 1001}, () => 'i')},
      code: 'InvalidParameter.InstanceId',
    },
    {
      name: 'a list and a value of one name',
      parameters: {InstanceId: 'a', 'InstanceId.1': 'b'},
      code: 'InvalidParameter.InstanceId.1',
    },
    {name: 'a gap in a list of structures', parameters: {'Tag.2.Key': 'a'}, code: 'InvalidParameter.Tag'},
    {name: '__proto__', parameters: {'Tag.1.__proto__': 'x'}, code: 'InvalidParameter.Tag.1.__proto__'},
    {
      name: 'constructor',
      parameters: {'constructor.prototype.polluted': 'x'},
      code: 'InvalidParameter.constructor.prototype.polluted',
    },
    {
      name: 'a value where a list is due',
      parameters: {CommandId: 'c-1', InstanceId: 'i-1'},
      code: 'InvalidParameter.InstanceId',
    },
    {name: 'a list where a value is due', parameters: {CommandId: ['c-1']}, code: 'InvalidParameter.CommandId'},
    {name: 'deep nesting', parameters: {'a.b.c.d.e.f.g.h': 'x'}, code: 'InvalidParameter.a.b.c.d.e.f.g.h'},
  ])('refuses $name', async ({parameters, code}) => {
    const answer = await server.call('InvokeCommand', parameters)
    expect(answer).toMatchObject({status: 400, body: {Code: code}})
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  // B12–B15.
  it.each<{name: string; change: Record<string, string | undefined>; status?: number; code: string}>([
    {name: 'no version', change: {Version: undefined}, code: 'MissingParameter.Version'},
    {name: 'another version', change: {Version: '2016-01-01'}, code: 'NoSuchVersion'},
    {name: 'no action', change: {Action: undefined}, code: 'MissingParameter.Action'},
    {name: 'no key', change: {AccessKeyId: undefined}, code: 'MissingParameter.AccessKeyId'},
    {name: 'an unknown key', change: {AccessKeyId: 'LTAIunknown'}, status: 404, code: 'InvalidAccessKeyId.NotFound'},
    {name: 'no signature', change: {Signature: undefined}, code: 'IncompleteSignature'},
    {name: 'an empty signature', change: {Signature: ''}, code: 'IncompleteSignature'},
    {name: 'a wrong signature', change: {Signature: 'bm9uc2Vuc2U='}, code: 'SignatureDoesNotMatch'},
    {name: 'a signature in hexadecimal', change: {Signature: '0a'.repeat(20)}, code: 'SignatureDoesNotMatch'},
    {name: 'a type of another kind', change: {SignatureType: 'BEARERTOKEN'}, code: 'InvalidParameter.SignatureType'},
    {name: 'another method', change: {SignatureMethod: 'HMAC-SHA256'}, code: 'InvalidParameter.SignatureMethod'},
    {name: 'no method', change: {SignatureMethod: undefined}, code: 'MissingParameter.SignatureMethod'},
    {name: 'another signature version', change: {SignatureVersion: '2.0'}, code: 'InvalidParameter.SignatureVersion'},
    {name: 'no time', change: {Timestamp: undefined}, code: 'MissingParameter.Timestamp'},
    {name: 'a local time', change: {Timestamp: '2026-01-02T03:04:05+08:00'}, code: 'InvalidTimeStamp.Format'},
    {name: 'a time with a fraction', change: {Timestamp: '2026-01-02T03:04:05.000Z'}, code: 'InvalidTimeStamp.Format'},
    {name: 'a leap second', change: {Timestamp: '2016-12-31T23:59:60Z'}, code: 'InvalidTimeStamp.Format'},
    {name: 'the 30th of February', change: {Timestamp: '2026-02-30T00:00:00Z'}, code: 'InvalidTimeStamp.Format'},
    {name: 'the year 0', change: {Timestamp: '0000-01-01T00:00:00Z'}, code: 'InvalidTimeStamp.Expired'},
    {name: 'no nonce', change: {SignatureNonce: undefined}, code: 'MissingParameter.SignatureNonce'},
    {name: 'a nonce of 10 KB', change: {SignatureNonce: 'x'.repeat(10_240)}, code: 'InvalidParameter.SignatureNonce'},
    {name: 'a nonce that is not ASCII', change: {SignatureNonce: '一次'}, code: 'InvalidParameter.SignatureNonce'},
    {name: 'a security token', change: {SecurityToken: 'token'}, code: 'InvalidSecurityToken.NotFound'},
  ])('refuses V1 with $name', async ({change, status = 400, code}) => {
    const request = signedV1('POST', 'DescribeRegions', {}, signing({change}))
    expect(await server.send(request)).toMatchObject({status, body: {Code: code}})
  })

  it.each([
    {
      name: 'a changed body',
      options: {place: 'form', tamper: (body: string) => `${body}&b=2`},
      code: 'SignatureDoesNotMatch',
    },
    {name: 'an unsigned x-acs header', headers: {'x-acs-extra': '1'}, code: 'IncompleteSignature'},
    {
      name: 'an unsigned host',
      options: {signHeaders: (names: string[]) => names.filter((n) => n !== 'host')},
      code: 'IncompleteSignature',
    },
    {
      name: 'an unsigned content type',
      options: {place: 'form', signHeaders: (names: string[]) => names.filter((n) => n !== 'content-type')},
      code: 'IncompleteSignature',
    },
    {
      name: 'unsorted headers',
      options: {signHeaders: (names: string[]) => [...names].reverse()},
      code: 'IncompleteSignature',
    },
    {
      name: 'a header signed twice',
      options: {signHeaders: (names: string[]) => ['host', ...names]},
      code: 'IncompleteSignature',
    },
    {
      name: 'a signed header that is not there',
      options: {signHeaders: (names: string[]) => [...names, 'zzz']},
      code: 'IncompleteSignature',
    },
    {name: 'no body hash', change: {'x-acs-content-sha256': undefined}, code: 'MissingParameter.x-acs-content-sha256'},
    {name: 'another body hash', change: {'x-acs-content-sha256': 'e'.repeat(64)}, code: 'SignatureDoesNotMatch'},
    {name: 'no nonce', change: {'x-acs-signature-nonce': undefined}, code: 'MissingParameter.x-acs-signature-nonce'},
    {name: 'no date', change: {'x-acs-date': undefined}, code: 'MissingParameter.x-acs-date'},
    {
      name: 'a doubled date',
      change: {'x-acs-date': '2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z'},
      code: 'InvalidTimeStamp.Format',
    },
    {name: 'a security token', change: {'x-acs-security-token': 't'}, code: 'InvalidSecurityToken.NotFound'},
    {
      name: 'an algorithm we have not',
      headers: {authorization: 'ACS3-HMAC-SM3 Credential=a,SignedHeaders=host,Signature=00'},
      code: 'IncompleteSignature',
    },
    {name: 'another kind of authorization', headers: {authorization: 'Basic YTpi'}, code: 'IncompleteSignature'},
  ] as Array<{
    name: string
    change?: Record<string, string | undefined>
    headers?: Record<string, string>
    options?: object
    code: string
  }>)('refuses V3 with $name', async ({change = {}, headers = {}, options = {}, code}) => {
    const request = signedV3('DescribeRegions', {a: '1'}, signing({change, headers}), options)
    expect(await server.send(request)).toMatchObject({status: 400, body: {Code: code}})
  })

  it('refuses a request that carries both signatures', async () => {
    const request = signedV3('DescribeRegions', {AccessKeyId: server.key.accessKeyId, Signature: 'x'}, signing())
    expect(await server.send(request)).toMatchObject({status: 400, body: {Code: 'IncompleteSignature'}})
  })

  it('refuses an action that differs between header and parameter', async () => {
    const request = signedV3('DescribeRegions', {Action: 'RunCommand'}, signing())
    expect(await server.send(request)).toMatchObject({status: 400, body: {Code: 'InvalidParameter.Action'}})
  })

  it('says what it would have signed, and never the secret', async () => {
    const v1 = signedV1('GET', 'DescribeRegions', {A: 'b c'}, signing({nonce: 'n1', change: {Signature: 'AAAA'}}))
    const {body} = await server.send(v1)
    expect(body.Message).toContain('server string to sign is:GET&%2F&A%3Db%2520c%26AccessKeyId%3D')
    expect(body.Message).not.toContain(server.key.secret)
    const wrong = {...server.key, secret: 'another'}
    const v3 = await server.send(signedV3('DescribeRegions', {}, signing({key: wrong})))
    expect(v3.body).toMatchObject({Code: 'SignatureDoesNotMatch'})
    expect(v3.body.Message).toContain('server string to sign is:ACS3-HMAC-SHA256\n')
    expect(v3.body.Message).toContain('x-acs-action:DescribeRegions\n')
  })

  it.each([
    {name: '15 minutes behind', offset: -900, code: undefined},
    {name: '15 minutes ahead', offset: 900, code: undefined},
    {name: 'a second more behind', offset: -901, code: 'InvalidTimeStamp.Expired'},
    {name: '16 minutes ahead', offset: 960, code: 'InvalidTimeStamp.Expired'},
  ])('judges a clock that is $name', async ({offset, code}) => {
    const {nowMs} = server.clock
    const {body} = await server.send(
      signedV1('GET', 'DescribeRegions', {}, signing({change: {Timestamp: timestamp(nowMs + offset * 1000)}})),
    )
    expect(body.Code).toBe(code)
    if (code) expect(body.Message).toContain(`differs by ${Math.abs(offset)} s`)
  })

  it('takes a signed request once, and one that changes something once at all replicas (F10)', async () => {
    const replica = createRpc(server.deps)
    const create = (): Request =>
      signedV1('POST', 'CreateActivation', {RegionId: 'cn-hangzhou'}, signing({nonce: 'once'}))
    const look = (): Request => signedV1('POST', 'DescribeRegions', {}, signing({nonce: 'look'}))
    for (const make of [create, look]) {
      expect((await server.send(make())).status).toBe(200)
      expect(await server.send(make())).toMatchObject({status: 400, body: {Code: 'SignatureNonceUsed'}})
    }
    const second = await replica(create(), {source: ''})
    expect([second.status, await second.json()]).toMatchObject([400, {Code: 'SignatureNonceUsed'}])
    server.clock.nowMs += 3 * 31 * 60_000
    expect((await server.send(look())).status).toBe(200)
  })

  it('slows whoever is often wrong about one key, records it, and lets everybody else in', async () => {
    const own = await startTestServer()
    const wrong = {key: {...own.key, secret: 'wrong'}, nowMs: own.clock.nowMs}
    const guess = (): Promise<Answer> => own.call('DescribeRegions', {}, wrong)
    for (let i = 0; i < 30; i += 1) expect((await guess()).body.Code).toBe('SignatureDoesNotMatch')
    const slowed = await own.rpc(signedV1('POST', 'DescribeRegions', {}, wrong), {source: '192.0.2.1'})
    expect([slowed.status, await slowed.json()]).toMatchObject([429, {Code: 'Throttling'}])
    expect(slowed.headers.get('retry-after')).toBe('2')
    expect(slowed.headers.get('x-acs-retry-after')).toBe('2000')
    expect((await own.call('DescribeRegions', {}, {key: await own.addKey('2000')})).status).toBe(200)
    const elsewhere = await own.rpc(signedV1('POST', 'DescribeRegions', {}, {key: own.key, nowMs: own.clock.nowMs}), {
      source: '192.0.2.2',
    })
    expect(elsewhere.status).toBe(200)
    const rows = await own.deps.db.read.selectFrom('audit').select(['caller', 'action', 'source', 'result']).execute()
    const row = {caller: own.key.accessKeyId, action: 'Refused.AccessKey', source: '192.0.2.1'}
    expect(rows).toEqual([
      {...row, result: 'SignatureDoesNotMatch'},
      {...row, result: 'SignatureDoesNotMatch (slowed down)'},
    ])
    own.clock.nowMs += 2000
    expect((await guess()).body.Code).toBe('SignatureDoesNotMatch')
    expect((await guess()).body.Code).toBe('Throttling')
    await own.close()
  })

  it('reads no more large requests of whoever sent many that were by nobody, and goes on reading small ones', async () => {
    const own = await startTestServer()
    const large = (key: TestKey): Request => {
      const request = signedV1('POST', 'DescribeRegions', {X: 'x'.repeat(70_000)}, {key, nowMs: own.clock.nowMs})
      request.headers.set('content-length', '70000')
      return request
    }
    const status = async (request: Request, source = '192.0.2.7'): Promise<number> =>
      (await own.rpc(request, {source})).status
    for (let i = 0; i < 20; i += 1) {
      expect(await status(large({accessKeyId: `none-${i}`, secret: 'x'}))).toBe(404)
    }
    const slowed = await own.rpc(large(own.key), {source: '192.0.2.7'})
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await status(signedV1('GET', 'DescribeRegions', {}, {key: own.key, nowMs: own.clock.nowMs}))).toBe(200)
    expect(await status(large(own.key), '192.0.2.8')).toBe(200)
    own.clock.nowMs += 3000
    expect(await status(large(own.key))).toBe(200)
    await own.close()
  })

  it('takes a nonce of one key from another', async () => {
    const other = await server.addKey('2000')
    for (const key of [server.key, other]) {
      const {status} = await server.send(signedV1('GET', 'DescribeRegions', {}, signing({key, nonce: 'shared'})))
      expect(status).toBe(200)
    }
  })

  it('stops taking a key at most 5 s after it was disabled', async () => {
    const key = await server.addKey('1000')
    expect((await server.call('DescribeCommands', {}, {key})).status).toBe(200)
    await server.deps.db.write((tx) => disableAccessKey(tx, key.accessKeyId))
    server.clock.nowMs += 5000
    expect(await server.call('DescribeCommands', {}, {key})).toMatchObject({
      status: 403,
      body: {Code: 'Forbidden.AccessKeyDisabled'},
    })
  })

  it('lets nobody into any action without a right signature (F43)', async () => {
    const wrong = {...server.key, secret: 'wrong'}
    for (const action of OPERATIONS.keys()) {
      const unsigned = await server.send(bare(`Action=${action}&Version=2014-05-26&RegionId=cn-hangzhou`))
      expect(unsigned, action).toMatchObject({status: 400, body: {Code: 'MissingParameter.AccessKeyId'}})
      const mistaken = await server.call(action, {}, {key: wrong})
      expect(mistaken, action).toMatchObject({status: 400, body: {Code: 'SignatureDoesNotMatch'}})
    }
  })

  it('stores no nonce for a request whose signature is wrong', async () => {
    await server.call('DescribeRegions', {}, {nonce: 'unsigned', key: {...server.key, secret: 'wrong'}})
    const row = await server.deps.db.read
      .selectFrom('nonces')
      .selectAll()
      .where('nonce', '=', 'unsigned')
      .executeTakeFirst()
    expect(row).toBeUndefined()
  })

  it('answers a bug with an id and nothing else', async () => {
    const broken = createRpc({
      ...server.deps,
      kicker: {
        ...server.deps.kicker,
        isConnected: () => {
          throw new TypeError('secret detail AccessKeySecret=hunter22')
        },
      },
    })
    await server.addInstance('mi-broken', {last_seen_at_ms: 0})
    const response = await broken(signedV1('POST', 'DescribeManagedInstances', {RegionId: 'cn-hangzhou'}, signing()), {
      source: '',
    })
    const body = (await response.json()) as Record<string, string>
    expect([response.status, body.Code]).toEqual([500, 'InternalError'])
    expect(body.Message).not.toContain('secret')
    expect(server.logged.at(-1)).toMatchObject({
      message: 'a request failed',
      fields: {requestId: body.RequestId, error: 'TypeError'},
    })
    expect(JSON.stringify(server.logged)).not.toContain('hunter22')
  })

  it('answers 503 while the database cannot be written', async () => {
    const full = {
      ...server.deps.db,
      write: async () => {
        throw Object.assign(new Error('disk full'), {code: 'SQLITE_FULL'})
      },
    }
    const rpc = createRpc({...server.deps, db: full})
    const response = await rpc(signedV1('POST', 'StopInvocation', {InvokeId: 't-x'}, signing()), {source: ''})
    expect([response.status, await response.json()]).toMatchObject([503, {Code: 'ServiceUnavailable'}])
    expect(response.headers.get('retry-after')).toBe('5')
    // What only reads still works, and still only once.
    const read = (): Request => signedV1('POST', 'DescribeRegions', {}, signing({nonce: 'on-a-full-disk'}))
    expect((await rpc(read(), {source: ''})).status).toBe(200)
    expect(await (await rpc(read(), {source: ''})).json()).toMatchObject({Code: 'SignatureNonceUsed'})
  })
})

function form(body: string | Uint8Array<ArrayBuffer>, query = ''): Request {
  return bare(query, {method: 'POST', body, headers: {'content-type': 'application/x-www-form-urlencoded'}})
}

function endless(): Request {
  const chunk = new Uint8Array(64 * 1024).fill(97)
  const body = new ReadableStream<Uint8Array>({pull: (controller) => controller.enqueue(chunk)})
  return bare('', {
    method: 'POST',
    body,
    duplex: 'half',
    headers: {'content-type': 'application/x-www-form-urlencoded'},
  } as RequestInit)
}
