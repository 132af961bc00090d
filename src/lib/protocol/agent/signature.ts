import {createHash, type KeyLike, sign, verify} from 'node:crypto'

/** Headers of a signed agent request. `x-acs-signature` is the official one; `x-assist-signature` is ours and binds the content. */
export const SIGNATURE_HEADERS = {
  instanceId: 'x-acs-instance-id',
  timestamp: 'x-acs-timestamp',
  requestId: 'x-acs-request-id',
  signature: 'x-acs-signature',
  strong: 'x-assist-signature',
} as const

export interface AgentSigning {
  instanceId: string
  machineId: string
  /** Unix ms, decimal. */
  timestamp: string
  /** Fresh UUID per request. */
  requestId: string
}

export interface SignedContent {
  method: string
  /** Path and query as they stand in the request line. */
  target: string
  body: Uint8Array
}

/** RSASSA-PKCS1-v1_5 with MD5 over four joined values; it says who calls but nothing of what is asked. */
export function signOfficial(key: KeyLike, signing: AgentSigning): string {
  return sign('RSA-MD5', officialText(signing), key).toString('base64')
}

/** Both signatures at once, computed on other threads: an RSA signature takes a quarter of a millisecond. */
export async function signBoth(
  key: KeyLike,
  signing: AgentSigning,
  content: SignedContent,
): Promise<{official: string; strong: string}> {
  const [official, strong] = await Promise.all([
    signAside('RSA-MD5', officialText(signing), key),
    signAside('RSA-SHA256', strongText(signing, content), key),
  ])
  return {official, strong}
}

function signAside(algorithm: string, text: Buffer, key: KeyLike): Promise<string> {
  return new Promise((resolve, reject) => {
    sign(algorithm, text, key, (error, signature) => (error ? reject(error) : resolve(signature.toString('base64'))))
  })
}

export function verifyOfficial(key: KeyLike, signing: AgentSigning, signature: string): boolean {
  return verify('RSA-MD5', officialText(signing), key, Buffer.from(signature, 'base64'))
}

/** RSASSA-PKCS1-v1_5 with SHA-256 over the four values and method, target and body hash. */
export function signStrong(key: KeyLike, signing: AgentSigning, content: SignedContent): string {
  return sign('RSA-SHA256', strongText(signing, content), key).toString('base64')
}

export function verifyStrong(key: KeyLike, signing: AgentSigning, content: SignedContent, signature: string): boolean {
  return verify('RSA-SHA256', strongText(signing, content), key, Buffer.from(signature, 'base64'))
}

function officialText(signing: AgentSigning): Buffer {
  return Buffer.from(signing.instanceId + signing.machineId + signing.timestamp + signing.requestId)
}

function strongText(signing: AgentSigning, content: SignedContent): Buffer {
  const bodyHash = createHash('sha256').update(content.body).digest('hex')
  const {instanceId, machineId, timestamp, requestId} = signing
  return Buffer.from(
    ['assist1', instanceId, machineId, timestamp, requestId, content.method, content.target, bodyHash].join('\n'),
  )
}
