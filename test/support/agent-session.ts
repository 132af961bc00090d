import {randomUUID} from 'node:crypto'
import {expect} from 'vitest'
import {AGENT_PATHS} from '../../src/lib/protocol/agent/paths.ts'
import {
  agreeOnKey,
  createHalf,
  macRequest,
  proveAgreement,
  SESSION_HEADERS,
  type SessionResponse,
} from '../../src/lib/protocol/agent/session.ts'
import {SIGNATURE_HEADERS} from '../../src/lib/protocol/agent/signature.ts'
import type {App} from '../../src/lib/server/app.ts'
import type {Agent, Face} from './agent-face.ts'

export interface Session {
  agent: Agent
  ticket: string
  key: Buffer
}

export interface Sent {
  method: string
  target: string
  body: string
  headers: Record<string, string>
}

/** Agrees on a session key, as our agents do. */
export async function agree(face: Face, agent: Agent): Promise<Session> {
  const half = createHalf()
  const requestId = randomUUID()
  const response = await agent.send('POST', AGENT_PATHS.agree, JSON.stringify({publicKey: half.publicKey}), {requestId})
  expect(response.status).toBe(200)
  const {publicKey, ticket, lifetimeMs, proof} = (await response.json()) as SessionResponse
  const {instanceId} = agent
  const agentKey = half.publicKey
  const key = agreeOnKey(half.privateKey, publicKey, {instanceId, agentKey, serverKey: publicKey})
  expect(proof).toBe(proveAgreement(key, {instanceId, requestId, agentKey, publicKey, ticket, lifetimeMs}))
  expect(lifetimeMs).toBe(20 * 60_000)
  expect(face.clock.nowMs).toBeGreaterThan(0)
  return {agent, ticket, key}
}

/** A request under a session. */
export function under(face: Face, session: Session, request: {method: string; target: string; body?: string}): Sent {
  const {method, target, body = ''} = request
  const signing = {
    instanceId: session.agent.instanceId,
    machineId: '3d12',
    timestamp: String(face.clock.nowMs),
    requestId: randomUUID(),
  }
  const headers = {
    [SIGNATURE_HEADERS.instanceId]: signing.instanceId,
    [SIGNATURE_HEADERS.timestamp]: signing.timestamp,
    [SIGNATURE_HEADERS.requestId]: signing.requestId,
    [SESSION_HEADERS.ticket]: session.ticket,
    [SESSION_HEADERS.mac]: macRequest(session.key, signing, {method, target, body: Buffer.from(body)}),
  }
  return {method, target, body, headers}
}

/** Its status. */
export async function send(app: App, {method, target, body, headers}: Sent): Promise<number> {
  const init = {method, headers, ...(method === 'POST' && {body})}
  return (await app.fetch(new Request(`http://plane${target}`, init), {source: '127.0.0.1', target})).status
}
