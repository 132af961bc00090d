import type {KeyObject} from 'node:crypto'
import {isSameMac, macRequest, SESSION_HEADERS} from '../../../protocol/agent/session.ts'
import {
  type AgentSigning,
  SIGNATURE_HEADERS,
  type SignedContent,
  verifyOfficial,
  verifyStrong,
} from '../../../protocol/agent/signature.ts'
import type {ServerDeps} from '../../deps.ts'
import {CLOCK_WINDOW_MS} from '../../rules/clock-window.ts'
import {reserveNonce} from '../../store/calls/nonces.ts'
import {findInstance} from '../../store/fleet/instances.ts'
import type {InstanceRow} from '../../store/schema.ts'
import {AgentRefusal, WrongSignature} from '../answer.ts'
import type {Session, SessionTickets} from './session-tickets.ts'

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

export interface AuthenticateDeps extends Pick<ServerDeps, 'db' | 'clock' | 'replicas'> {
  parseKey(pem: string): KeyObject
  tickets: SessionTickets
}

/**
 * Finds out which instance calls. Official agents sign neither method, path nor body, so each request id of theirs is good for one
 * request; ours sign it all, or do so under a session key, and only where a replay would tell or do something (`once`) the id is
 * remembered too.
 * @throws AgentRefusal 401 or 403.
 */
export async function authenticateAgent(
  deps: AuthenticateDeps,
  request: AgentRequest,
  options: {once: boolean; byIdentity?: boolean; evenDeregistered?: boolean},
): Promise<AuthenticatedAgent> {
  const given = readHeaders(request)
  checkClock(given.timestamp, deps.clock.now())
  if (given.ticket !== '' && options.byIdentity) throw sessionOver()
  const session = given.ticket === '' ? undefined : openSession(deps, given)
  const instance = await findInstance(deps.db.read, given.instanceId)
  if (!instance) throw new WrongSignature()
  const signing: AgentSigning = {...given, machineId: instance.machine_id}
  if (session === undefined) checkBeforeBody(deps, instance, signing, given)
  const body = await request.body()
  const content = {method: request.method, target: request.target, body}
  if (session !== undefined) checkMac(session, instance, signing, content, given.mac)
  else if (instance.strong === 1) checkStrong(deps, instance, signing, content, given.strong)
  // Only who holds the key learns that it does not count any more.
  if (instance.deregistered_at_ms > 0 && !options.evenDeregistered)
    throw new AgentRefusal(403, 'This instance was deregistered.')
  // Of several servers each may get the next request, so what was used is stored, as it is without a session.
  if (session !== undefined && options.once && !deps.replicas) useOnceUnder(deps, session, given.requestId)
  else if (options.once || instance.strong === 0) await useOnce(deps, given)
  return {instance, body, requestId: given.requestId}
}

function openSession({tickets}: AuthenticateDeps, given: {instanceId: string; ticket: string}): Session {
  const session = tickets.open(given.ticket)
  if (session?.instanceId !== given.instanceId) throw sessionOver()
  return session
}

/** The official signature covers no body, so that nobody else's need be read; ours comes after it. */
function checkBeforeBody(
  {parseKey}: AuthenticateDeps,
  instance: InstanceRow,
  signing: AgentSigning,
  given: {signature: string; strong: string},
): void {
  if (instance.strong === 1) {
    if (given.strong !== '') return
    throw new AgentRefusal(401, `This instance must sign its requests with ${SIGNATURE_HEADERS.strong}.`)
  }
  const key = parseKey(instance.public_key)
  if (!isValid(() => verifyOfficial(key, signing, given.signature))) throw new WrongSignature()
}

function checkStrong(
  {parseKey}: AuthenticateDeps,
  instance: InstanceRow,
  signing: AgentSigning,
  content: SignedContent,
  strong: string,
): void {
  const key = parseKey(instance.public_key)
  if (!isValid(() => verifyStrong(key, signing, content, strong))) throw new WrongSignature()
}

function checkMac(
  session: Session,
  instance: InstanceRow,
  signing: AgentSigning,
  content: SignedContent,
  mac: string,
): void {
  if (instance.strong === 0 || !isSameMac(mac, macRequest(session.key, signing, content))) throw new WrongSignature()
}

/** The agent signs with its own key, and agrees on another session. */
function sessionOver(): AgentRefusal {
  return new AgentRefusal(401, 'The session is over.')
}

function useOnceUnder({tickets}: AuthenticateDeps, session: Session, requestId: string): void {
  const use = tickets.useOnce(session, requestId)
  if (use === 'elsewhere') throw sessionOver()
  if (use === 'again') throw new AgentRefusal(401, 'This request id was used before.')
}

function readHeaders(request: AgentRequest) {
  const given = {
    instanceId: request.header(SIGNATURE_HEADERS.instanceId) ?? '',
    timestamp: request.header(SIGNATURE_HEADERS.timestamp) ?? '',
    requestId: request.header(SIGNATURE_HEADERS.requestId) ?? '',
    signature: request.header(SIGNATURE_HEADERS.signature) ?? '',
    strong: request.header(SIGNATURE_HEADERS.strong) ?? '',
    ticket: request.header(SESSION_HEADERS.ticket) ?? '',
    mac: request.header(SESSION_HEADERS.mac) ?? '',
  }
  const isSigned = given.signature !== '' || given.strong !== '' || given.ticket !== ''
  if (given.instanceId === '' || given.timestamp === '' || !isSigned) {
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
