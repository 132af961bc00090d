import {
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import type {AgentSigning, SignedContent} from './signature.ts'

// Ours, between our own two sides: a key for some minutes in place of two RSA signatures a request. docs/agent-protocol.md tells it whole.

/** Headers of a request under a session key, beside instance, timestamp and request id; signatures it carries none. */
export const SESSION_HEADERS = {ticket: 'x-assist-session', mac: 'x-assist-mac'} as const

/** What the agent sends, under both of its signatures. */
export interface SessionRequest {
  /** Raw X25519 key, Base64, made for this request. */
  publicKey: string
}

export interface SessionResponse {
  /** The server's half, likewise. */
  publicKey: string
  /** Names the key to the server, and says nothing to anybody else. */
  ticket: string
  /** How long it is good. */
  lifetimeMs: number
  /** Shows that the rest comes from whoever holds the key. */
  proof: string
}

/** What both halves saw of the agreement. */
export interface Agreed extends Omit<SessionResponse, 'proof'> {
  instanceId: string
  /** Of the request that asked. */
  requestId: string
  agentKey: string
}

const KEY_BYTES = 32

export function createHalf(): {publicKey: string; privateKey: KeyObject} {
  const {publicKey, privateKey} = generateKeyPairSync('x25519')
  const raw = Buffer.from(publicKey.export({format: 'jwk'}).x ?? '', 'base64url')
  return {publicKey: raw.toString('base64'), privateKey}
}

/** @throws Error when the other half is no key, or one that would make the result known to all. */
export function agreeOnKey(
  own: KeyObject,
  other: string,
  halves: {instanceId: string; agentKey: string; serverKey: string},
): Buffer {
  const raw = Buffer.from(other, 'base64')
  if (raw.length !== KEY_BYTES) throw new Error('not an X25519 key')
  const publicKey = createPublicKey({key: {kty: 'OKP', crv: 'X25519', x: raw.toString('base64url')}, format: 'jwk'})
  const secret = diffieHellman({privateKey: own, publicKey})
  const info = ['assist-session1', halves.instanceId, halves.agentKey, halves.serverKey].join('\n')
  return Buffer.from(hkdfSync('sha256', secret, '', info, KEY_BYTES))
}

export function proveAgreement(key: Uint8Array, agreed: Agreed): string {
  const {instanceId, requestId, agentKey, publicKey, ticket, lifetimeMs} = agreed
  const lines = ['assist-agreed1', instanceId, requestId, agentKey, publicKey, ticket, String(lifetimeMs)]
  return createHmac('sha256', key).update(lines.join('\n')).digest('base64')
}

/** Over the four values that name a request and over method, target and body, as the strong signature. */
export function macRequest(key: Uint8Array, signing: AgentSigning, content: SignedContent): string {
  const {instanceId, machineId, timestamp, requestId} = signing
  const lines = ['assist-mac1', instanceId, machineId, timestamp, requestId, content.method, content.target, '']
  return createHmac('sha256', key).update(lines.join('\n')).update(content.body).digest('base64')
}

/** Compares in a time that does not tell how much agrees. */
export function isSameMac(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
