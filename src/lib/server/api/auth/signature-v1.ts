import {Fault} from '../../../protocol/ecs/faults.ts'
import {signV1, stringToSignV1} from '../../../protocol/ecs/signature.ts'
import type {RpcRequest} from '../request.ts'
import type {Claim} from './claim.ts'

export function isSignedV1({parameters}: RpcRequest): boolean {
  return parameters.has('Signature') || parameters.has('AccessKeyId') || parameters.has('SignatureMethod')
}

/** V1: all parameters but the signature itself, decoded and encoded again, because clients spell the same URL differently. */
export function claimV1(request: RpcRequest): Claim {
  const {parameters} = request
  if (request.isJsonBody) throw new Fault('IncompleteSignature', 'A V1 signature does not cover a JSON body.')
  const required = (name: string): string => {
    const value = parameters.get(name)
    if (value === undefined || value === '') throw new Fault(`MissingParameter.${name}`)
    return value
  }
  const accessKeyId = required('AccessKeyId')
  const method = required('SignatureMethod')
  if (method !== 'HMAC-SHA1') throw new Fault('InvalidParameter.SignatureMethod', 'SignatureMethod must be HMAC-SHA1.')
  if (required('SignatureVersion') !== '1.0') {
    throw new Fault('InvalidParameter.SignatureVersion', 'SignatureVersion must be 1.0.')
  }
  if (parameters.get('SignatureType')) {
    throw new Fault(
      'InvalidParameter.SignatureType',
      'SignatureType must be empty: this server knows no bearer tokens.',
    )
  }
  const nonce = required('SignatureNonce')
  const timestamp = required('Timestamp')
  const signature = parameters.get('Signature') ?? ''
  if (signature === '') throw new Fault('IncompleteSignature', 'The parameter Signature is missing.')
  const signed = [...parameters].filter(([name]) => name !== 'Signature')
  // Computed only when it is known that there is a key to check it by.
  const stringToSign = (): string => stringToSignV1(request.method, signed)
  return {
    accessKeyId,
    securityToken: parameters.get('SecurityToken') ?? '',
    nonce,
    timestamp,
    signature,
    stringToSign,
    expected: (secret) => signV1(secret, stringToSign()),
  }
}
