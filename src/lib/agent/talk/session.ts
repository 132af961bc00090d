import {isRecord, text} from '../../core/json.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {
  agreeOnKey,
  createHalf,
  isSameMac,
  macRequest,
  proveAgreement,
  SESSION_HEADERS,
  type SessionRequest,
} from '../../protocol/agent/session.ts'
import {type AgentSigning, SIGNATURE_HEADERS, type SignedContent} from '../../protocol/agent/signature.ts'

/** A key that stands in for signatures until it is over. */
export interface SessionKey {
  ticket: string
  key: Buffer
}

export interface Sessions {
  /** The key of now; `undefined`: sign. Has another one agreed upon in the background when it is time. */
  current(): SessionKey | undefined
  /** The server would not have it. */
  refused(session: SessionKey): void
}

export interface SessionDeps {
  /** Posts under the signatures of the identity, and tells the request id that was used. */
  post(
    path: string,
    json: SessionRequest,
    timeoutMs: number,
  ): Promise<{status: number; text: string; requestId: string}>
  instanceId: string
  monotonic(): number
}

const TIMEOUT_MS = 5000
/** What is over sooner is not worth agreeing on; a server that says longer is not believed. */
const SHORTEST_MS = 10_000
const LONGEST_MS = 3_600_000
/** After a failure: a server that is older, or replicas that take turns, would otherwise be asked again and again. */
const PAUSE_MS = 600_000
/** One that was refused this soon has been of no use, as behind a balancer that sends each request to another replica. */
const USEFUL_MS = 5000

/** Keeps one session with the server. Nothing ever waits for it: what is to be said meanwhile is signed. */
export function createSessions(deps: SessionDeps): Sessions {
  let now: {session: SessionKey; sinceMs: number; lifetimeMs: number} | undefined
  let isAsking = false
  let notBeforeMs = Number.NEGATIVE_INFINITY

  const ask = async (): Promise<void> => {
    isAsking = true
    const fresh = await agree(deps).catch(() => undefined)
    isAsking = false
    if (fresh === undefined) notBeforeMs = deps.monotonic() + PAUSE_MS
    else now = {...fresh, sinceMs: deps.monotonic()}
  }
  return {
    current: () => {
      const ageMs = now === undefined ? Number.POSITIVE_INFINITY : deps.monotonic() - now.sinceMs
      const isOver = now === undefined || ageMs >= now.lifetimeMs * 0.9
      const isOld = now === undefined || ageMs >= now.lifetimeMs / 2
      if (isOld && !isAsking && deps.monotonic() >= notBeforeMs) void ask()
      return isOver ? undefined : now?.session
    },
    refused: (session) => {
      if (now?.session !== session) return
      if (deps.monotonic() - now.sinceMs < USEFUL_MS) notBeforeMs = deps.monotonic() + PAUSE_MS
      now = undefined
    },
  }
}

/** What goes in the place of signatures. */
export function sessionHeaders(
  {ticket, key}: SessionKey,
  signing: AgentSigning,
  content: SignedContent,
): Record<string, string> {
  return {
    [SIGNATURE_HEADERS.instanceId]: signing.instanceId,
    [SIGNATURE_HEADERS.timestamp]: signing.timestamp,
    [SIGNATURE_HEADERS.requestId]: signing.requestId,
    [SESSION_HEADERS.ticket]: ticket,
    [SESSION_HEADERS.mac]: macRequest(key, signing, content),
  }
}

/** @throws Error when the server does not agree, or the answer is not from who holds the key. */
async function agree({post, instanceId}: SessionDeps): Promise<{session: SessionKey; lifetimeMs: number}> {
  const half = createHalf()
  const {requestId, ...answer} = await post(AGENT_PATHS.agree, {publicKey: half.publicKey}, TIMEOUT_MS)
  if (answer.status !== 200) throw new Error(`status ${answer.status}`)
  const {publicKey, ticket, lifetimeMs, proof} = read(answer.text)
  const agentKey = half.publicKey
  const key = agreeOnKey(half.privateKey, publicKey, {instanceId, agentKey, serverKey: publicKey})
  const expected = proveAgreement(key, {instanceId, requestId, agentKey, publicKey, ticket, lifetimeMs})
  if (!isSameMac(proof, expected)) throw new Error('the answer is not from who holds the key')
  if (!(lifetimeMs >= SHORTEST_MS && lifetimeMs <= LONGEST_MS)) throw new Error('of no use')
  return {session: {ticket, key}, lifetimeMs}
}

function read(body: string) {
  const value: unknown = JSON.parse(body)
  if (!isRecord(value)) throw new Error('no record')
  const lifetimeMs = typeof value.lifetimeMs === 'number' ? value.lifetimeMs : 0
  return {publicKey: text(value.publicKey), ticket: text(value.ticket), proof: text(value.proof), lifetimeMs}
}
