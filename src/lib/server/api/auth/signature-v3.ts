import {Fault} from '../../../protocol/ecs/faults.ts'
import {canonicalRequestV3, signV3, stringToSignV3, V3_ALGORITHM} from '../../../protocol/ecs/signature.ts'
import type {RpcRequest} from '../request.ts'
import type {Claim} from './claim.ts'

const AUTHORIZATION = /^(\S+)\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)$/

export function isSignedV3({headers}: RpcRequest): boolean {
  return headers.authorization !== undefined || headers['x-acs-signature-nonce'] !== undefined
}

/** V3: method, query, the body's hash and headers, among them the host and everything that starts with `x-acs-`. */
export function claimV3(request: RpcRequest): Claim {
  const {headers} = request
  const [, algorithm, accessKeyId = '', list = '', signature = ''] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? []
  if (algorithm === undefined) {
    throw new Fault(
      'IncompleteSignature',
      `The header Authorization must be: ${V3_ALGORITHM} Credential=…,SignedHeaders=…,Signature=…`,
    )
  }
  if (algorithm !== V3_ALGORITHM) {
    throw new Fault('IncompleteSignature', `The signature algorithm must be ${V3_ALGORITHM}.`)
  }
  const signedHeaders = checkedHeaders(request, list.toLowerCase().split(';'))
  if (required(headers, 'x-acs-content-sha256') !== request.bodyHash) {
    throw new Fault('SignatureDoesNotMatch', 'The header x-acs-content-sha256 is not the SHA-256 of the body.')
  }
  const canonicalRequest = (): string =>
    canonicalRequestV3({
      method: request.method,
      path: '/',
      query: request.query,
      headers,
      signedHeaders,
      bodyHash: request.bodyHash,
    })
  return {
    accessKeyId,
    securityToken: headers['x-acs-security-token'] ?? '',
    nonce: required(headers, 'x-acs-signature-nonce'),
    timestamp: required(headers, 'x-acs-date'),
    signature,
    // The hash alone would tell nobody what differs.
    stringToSign: () => `${stringToSignV3(canonicalRequest())} server canonical request is:${canonicalRequest()}`,
    expected: (secret) => signV3(secret, stringToSignV3(canonicalRequest())),
  }
}

function checkedHeaders(request: RpcRequest, signed: string[]): string[] {
  const sorted = [...new Set(signed)].sort()
  if (sorted.join() !== signed.join()) {
    throw new Fault('IncompleteSignature', 'SignedHeaders must be sorted, each name once.')
  }
  const needed = Object.keys(request.headers).filter((name) => name.startsWith('x-acs-') || name === 'host')
  if (request.hasBody) needed.push('content-type')
  const unsigned = needed.find((name) => !signed.includes(name))
  if (unsigned) throw new Fault('IncompleteSignature', `The header ${unsigned} must be signed.`)
  const absent = signed.find((name) => request.headers[name] === undefined)
  if (absent) throw new Fault('IncompleteSignature', `SignedHeaders names a header that was not sent.`)
  return signed
}

function required(headers: RpcRequest['headers'], name: string): string {
  const value = headers[name]
  if (value === undefined || value === '') throw new Fault(`MissingParameter.${name}`)
  return value
}
