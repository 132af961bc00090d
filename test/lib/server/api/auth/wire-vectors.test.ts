import {describe, expect, it} from 'vitest'
import {canonicalQuery, type Pairs} from '../../../../../src/lib/protocol/ecs/signature.ts'
import {claimV1} from '../../../../../src/lib/server/api/auth/signature-v1.ts'
import {claimV3} from '../../../../../src/lib/server/api/auth/signature-v3.ts'
import {decodeRequest} from '../../../../../src/lib/server/api/request.ts'
import vectors from '../../../../fixtures/wire/signatures.json' with {type: 'json'}

const FORM = 'application/x-www-form-urlencoded'

async function decode(request: Request) {
  return decodeRequest(request, new Uint8Array(await request.arrayBuffer()))
}

describe('V1 signatures of the documentation', () => {
  for (const vector of vectors.v1) {
    const pairs: Pairs = [...Object.entries(vector.params as Record<string, string>), ['Signature', vector.signature]]
    const text = canonicalQuery(pairs)
    const url = 'http://ecs.aliyuncs.com/'
    const spellings = [
      {name: 'in the query', request: () => new Request(`${url}?${text}`, {method: vector.method})},
      {
        name: 'unsorted',
        request: () =>
          new Request(
            `${url}?${canonicalQuery([...pairs].reverse())
              .split('&')
              .reverse()
              .join('&')}`,
            {method: vector.method},
          ),
      },
      // SDK 7 leaves these bare in the URL while it signs them encoded; forms write a blank as +.
      {
        name: "with bare ! ' ( ) *",
        request: () =>
          new Request(`${url}?${text.replace(/%(21|27|28|29|2A)/g, (code) => decodeURIComponent(code))}`, {
            method: vector.method,
          }),
      },
      {
        name: 'with + for blanks',
        request: () => new Request(`${url}?${text.replaceAll('%20', '+')}`, {method: vector.method}),
      },
      ...(vector.method === 'POST'
        ? [
            {
              name: 'in a form',
              request: () => new Request(url, {method: 'POST', body: text, headers: {'content-type': FORM}}),
            },
          ]
        : []),
    ]
    it.each(spellings)(`${vector.signature}, $name`, async ({request}) => {
      const claim = claimV1(await decode(request()))
      expect(claim.stringToSign()).toBe(vector.stringToSign)
      expect(claim.expected(vector.accessKeySecret)).toBe(vector.signature)
      expect(claim.signature).toBe(vector.signature)
    })
  }
})

describe('V3 signatures of the documentation', () => {
  it.each(vectors.v3.map((vector) => ({...vector, name: vector.signature.slice(0, 16)})))('$name', async (vector) => {
    const headers: Record<string, string> = JSON.parse(JSON.stringify(vector.headers))
    const sha = /x-acs-content-sha256:([0-9a-f]{64})/.exec(vector.canonicalRequest)?.[1] ?? ''
    headers['x-acs-content-sha256'] = sha
    const signed = Object.keys(headers)
      .filter((name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type')
      .sort()
    headers.authorization = `ACS3-HMAC-SHA256 Credential=${vector.accessKeyId},SignedHeaders=${signed.join(';')},Signature=${vector.signature}`
    const query = canonicalQuery(Object.entries((vector.query ?? {}) as Record<string, string>))
    const request = new Request(`http://ecs.aliyuncs.com/${query === '' ? '' : `?${query}`}`, {
      method: vector.method,
      headers,
      ...(vector.body === '' ? {} : {body: vector.body}),
    })
    const claim = claimV3(await decode(request))
    expect(claim.stringToSign()).toContain(vector.canonicalRequest)
    expect(claim.accessKeyId).toBe(vector.accessKeyId)
    expect(claim.expected(vector.accessKeySecret)).toBe(vector.signature)
  })
})
