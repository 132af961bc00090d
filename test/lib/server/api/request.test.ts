import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {flattenParameters, type ParameterValue} from '../../../../src/lib/protocol/ecs/parameters/flatten.ts'
import {parameterTree} from '../../../../src/lib/protocol/ecs/parameters/tree.ts'
import {canonicalQuery} from '../../../../src/lib/protocol/ecs/signature.ts'
import {decodeRequest} from '../../../../src/lib/server/api/request.ts'
import {decodeUrlEncoded} from '../../../../src/lib/server/api/url-encoded.ts'
import {signedV1, signedV3} from '../../../support/rpc-client.ts'
import {startTestServer, type TestServer} from '../../../support/rpc-server.ts'

const NAME = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,11}$/)
  .filter((name) => !['constructor', 'prototype'].includes(name))
/** Any text but NUL, from every plane of Unicode. */
const TEXT = fc.string({unit: 'binary', maxLength: 20}).filter((text) => !text.includes('\0'))
const {value: VALUE} = fc.letrec<{value: ParameterValue}>((tie) => ({
  value: fc.oneof(
    {depthSize: 'small', maxDepth: 3},
    TEXT,
    fc.array(tie('value'), {minLength: 1, maxLength: 12}),
    fc.dictionary(NAME, tie('value'), {minKeys: 1, maxKeys: 4}),
  ),
}))
const PARAMETERS = fc.dictionary(NAME, VALUE, {maxKeys: 6})

describe('parameterTree', () => {
  it('reads back what flattenParameters writes', () => {
    fc.assert(
      fc.property(PARAMETERS, (parameters) => {
        const text = canonicalQuery(flattenParameters(parameters))
        const request = new Request(`http://x/?${text}`)
        const tree = parameterTree(decodeRequest(request, new Uint8Array()).parameters)
        expect(JSON.parse(JSON.stringify(tree))).toEqual(JSON.parse(JSON.stringify(parameters)))
      }),
    )
  })

  it('never reaches into a prototype, whatever the names', () => {
    const part = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '1', '2', 'a', '')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(part, {minLength: 1, maxLength: 4}), TEXT), {maxLength: 6}), (entries) => {
        try {
          parameterTree(new Map(entries.map(([parts, value]) => [parts.join('.'), value])))
        } catch (error) {
          expect(error).toMatchObject({name: 'Fault', status: 400})
        }
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
    )
  })
})

describe('decodeUrlEncoded', () => {
  it('gives the texts that were encoded, or refuses', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary-ascii', maxLength: 30}), (text) => {
        try {
          for (const [name, value] of decodeUrlEncoded(text, 'the query')) {
            expect(Buffer.from(name + value).toString()).toBe(name + value)
          }
        } catch (error) {
          expect(error).toMatchObject({name: 'Fault', status: 400})
        }
      }),
    )
  })

  it.each([
    {name: 'a blank as + and as %20', text: 'a=b+c%20d', pairs: [['a', 'b c d']]},
    {name: 'an encoded +', text: 'a=%2B', pairs: [['a', '+']]},
    {name: 'values with =', text: 'a=b=c', pairs: [['a', 'b=c']]},
    {
      name: 'no value',
      text: 'a&b=',
      pairs: [
        ['a', ''],
        ['b', ''],
      ],
    },
    {name: 'needless &', text: '&a=1&&', pairs: [['a', '1']]},
    {name: 'four-byte characters', text: 'a=%F0%9F%9A%80', pairs: [['a', '🚀']]},
    {name: 'a byte order mark', text: 'a=%EF%BB%BFx', pairs: [['a', '\ufeffx']]},
  ])('reads $name', ({text, pairs}) => {
    expect(decodeUrlEncoded(text, 'the query')).toEqual(pairs)
  })
})

describe('signatures over any text', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('verify in both schemes and every place', async () => {
    await fc.assert(
      fc.asyncProperty(PARAMETERS, async (parameters) => {
        const signing = {key: server.key, nowMs: server.clock.nowMs}
        for (const request of [
          signedV1('GET', 'DescribeRegions', {X: parameters}, signing),
          signedV1('POST', 'DescribeRegions', {X: parameters}, signing),
          signedV3('DescribeRegions', {X: parameters}, signing),
          signedV3('DescribeRegions', {X: parameters}, signing, {place: 'form'}),
          signedV3('DescribeRegions', {X: parameters, Y: 'y'}, signing, {place: 'json'}),
        ]) {
          expect(await server.send(request)).toMatchObject({status: 200})
        }
      }),
      {numRuns: 40},
    )
  })
})

describe('a request with far too many parameters', () => {
  const post = (type: string) => new Request('http://plane/', {method: 'POST', headers: {'content-type': type}})
  const many = `${'a=1&'.repeat(3000)}b=%zz`

  it.each([
    {
      name: 'a form, by what separates them, before any is decoded',
      request: post('application/x-www-form-urlencoded'),
      body: many,
      given: 3001,
    },
    {name: 'a query, likewise', request: new Request(`http://plane/?${many}`), body: '', given: 3001},
    {
      name: 'JSON, by everything in it, before it is flattened',
      request: post('application/json'),
      body: `{"a":[${'[],'.repeat(9999)}[]]}`,
      given: 4001,
    },
  ])('is refused by their number: $name', ({request, body, given}) => {
    expect(() => decodeRequest(request, Buffer.from(body))).toThrow(
      `A request may have at most 2000 parameters; given: ${given}.`,
    )
  })
})
