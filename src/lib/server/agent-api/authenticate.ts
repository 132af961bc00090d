import type {KeyObject} from 'node:crypto'
import {type AgentSigning, SIGNATURE_HEADERS, verifyOfficial, verifyStrong} from '../../protocol/agent/signature.ts'
import type {ServerDeps} from '../deps.ts'
import {CLOCK_WINDOW_MS} from '../rules/clock-window.ts'
import {reserveNonce} from '../store/calls/nonces.ts'
import {findInstance} from '../store/fleet/instances.ts'
import type {InstanceRow} from '../store/schema.ts'
import {AgentRefusal} from './answer.ts'

export interface AgentRequest {
  method: string
  /** Path and query as they stand in the request line. */
  target: string
  header(name: string): string | null
  /** Read only once the headers have proved good. */
  body(): Promise<Uint8Array>
}

export interface AuthenticatedAgent {
  instance: InstanceRow
  body: Uint8Array
  /** As the agent chose it; safe to log. */
  requestId: string
}

export interface AuthenticateDeps extends Pick<ServerDeps, 'db' | 'clock'> {
  parseKey(pem: string): KeyObject
}

/**
 * Finds out which instance calls. Official agents sign neither method, path nor body, so each request id of theirs is good for one
 * request; ours sign it all, and only where a replay would tell or do something (`once`) the id is remembered too.
 * @throws AgentRefusal 401 or 403.
 */
export async function authenticateAgent(
  deps: AuthenticateDeps,
  request: AgentRequest,
  options: {once: boolean; evenDeregistered?: boolean},
): Promise<AuthenticatedAgent> {
  const given = readHeaders(request)
  checkClock(given.timestamp, deps.clock.now())
  const instance = await findInstance(deps.db.read, given.instanceId)
  if (!instance) throw new AgentRefusal(401, 'The signature is not valid.')
  const key = deps.parseKey(instance.public_key)
  const signing: AgentSigning = {...given, machineId: instance.machine_id}
  if (instance.strong === 0 && !isValid(() => verifyOfficial(key, signing, given.signature))) throw invalid()
  if (instance.strong === 1 && given.strong === '') {
    throw new AgentRefusal(401, `This instance must sign its requests with ${SIGNATURE_HEADERS.strong}.`)
  }
  const body = await request.body()
  const content = {method: request.method, target: request.target, body}
  if (instance.strong === 1 && !isValid(() => verifyStrong(key, signing, content, given.strong))) throw invalid()
  // Only who holds the key learns that it does not count any more.
  if (instance.deregistered_at_ms > 0 && !options.evenDeregistered)
    throw new AgentRefusal(403, 'This instance was deregistered.')
  if (options.once || instance.strong === 0) await useOnce(deps, given)
  return {instance, body, requestId: given.requestId}
}

function readHeaders(request: AgentRequest) {
  const given = {
    instanceId: request.header(SIGNATURE_HEADERS.instanceId) ?? '',
    timestamp: request.header(SIGNATURE_HEADERS.timestamp) ?? '',
    requestId: request.header(SIGNATURE_HEADERS.requestId) ?? '',
    signature: request.header(SIGNATURE_HEADERS.signature) ?? '',
    strong: request.header(SIGNATURE_HEADERS.strong) ?? '',
  }
  if (given.instanceId === '' || given.timestamp === '' || (given.signature === '' && given.strong === '')) {
    throw new AgentRefusal(401, 'The request is not signed by a registered instance.')
  }
  if (!/^[\w-]{8,64}$/.test(given.requestId))
    throw new AgentRefusal(401, `${SIGNATURE_HEADERS.requestId} must be a UUID.`)
  return given
}

function checkClock(timestamp: string, nowMs: number): void {
  const offMs = /^\d{1,15}$/.test(timestamp) ? Number(timestamp) - nowMs : Number.NaN
  if (Math.abs(offMs) <= CLOCK_WINDOW_MS) return
  const differs = Number.isNaN(offMs) ? '' : `: clock differs by ${Math.round(offMs / 1000)} s`
  throw new AgentRefusal(401, `${SIGNATURE_HEADERS.timestamp} is not within 15 minutes of the server's time${differs}.`)
}

/** Garbage where a signature should be makes some checks throw. */
function isValid(verify: () => boolean): boolean {
  try {
    return verify()
  } catch {
    return false
  }
}

async function useOnce(
  {db, clock}: AuthenticateDeps,
  given: {instanceId: string; requestId: string; timestamp: string},
): Promise<void> {
  const used = {accessKeyId: given.instanceId, nonce: given.requestId, signedAtMs: Number(given.timestamp)}
  const answer = await db.write((tx) => reserveNonce(tx, {...used, nowMs: clock.now()}))
  if (answer === 'used') throw new AgentRefusal(401, 'This request id was used before.')
  if (answer === 'forgotten') {
    throw new AgentRefusal(
      401,
      "The server's clock was set back; it does not know what came at the time of this request.",
    )
  }
}

function invalid(): AgentRefusal {
  return new AgentRefusal(401, 'The signature is not valid.')
}
