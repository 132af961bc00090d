import {randomUUID} from 'node:crypto'
import {
  type Agreed,
  agreeOnKey,
  createHalf,
  proveAgreement,
  type SessionResponse,
} from '../../../protocol/agent/session.ts'
import {createRecentNonces} from '../../api/auth/recent-nonces.ts'
import type {ServerDeps} from '../../deps.ts'
import {NONCE_KEPT_MS} from '../../rules/clock-window.ts'

/** What a ticket says. */
export interface Session {
  instanceId: string
  key: Buffer
  /** Unix ms. */
  untilMs: number
  /** The process that gave it out. */
  issuer: string
  /** By the monotonic clock of that process. */
  issuedAtMs: number
}

/**
 * Session keys of agents. Nothing is stored: the ticket is the key, sealed under the master key, so that each replica can read it, and
 * after a restart too.
 */
export interface SessionTickets {
  /** @throws Error when the agent's half is no key. */
  issue(asked: {instanceId: string; requestId: string; agentKey: string}): SessionResponse
  /** `undefined`: it is none of ours, or over. */
  open(ticket: string): Session | undefined
  /**
   * Whether a request that must not come twice comes for the first time: `elsewhere` where only the issuer, as long as it lives, could
   * know.
   */
  useOnce(session: Session, requestId: string): 'first' | 'again' | 'elsewhere'
}

/** Shorter than request ids are remembered, so that none is forgotten while it could be used. */
const LIFETIME_MS = 20 * 60_000
const PURPOSE = 'agent session'
const MOST_TICKET_CHARACTERS = 512
/** Opening one costs more than the rest of the check; about 0.5 KiB each. */
const MOST_OPENED = 20_000

export function createSessionTickets({secrets, clock}: Pick<ServerDeps, 'secrets' | 'clock'>): SessionTickets {
  const issuer = randomUUID()
  const opened = new Map<string, Session>()
  const used = createRecentNonces(NONCE_KEPT_MS)
  const read = (ticket: string): Session | undefined => {
    const known = opened.get(ticket)
    if (known !== undefined) return known
    if (ticket.length > MOST_TICKET_CHARACTERS) return undefined
    const session = decode(() => secrets.open(ticket, PURPOSE))
    if (session === undefined) return undefined
    if (opened.size >= MOST_OPENED) opened.clear()
    opened.set(ticket, session)
    return session
  }
  return {
    issue: ({instanceId, requestId, agentKey}) => {
      const half = createHalf()
      const key = agreeOnKey(half.privateKey, agentKey, {instanceId, agentKey, serverKey: half.publicKey})
      const session: Session = {
        instanceId,
        key,
        issuer,
        untilMs: clock.now() + LIFETIME_MS,
        issuedAtMs: clock.monotonic(),
      }
      const ticket = secrets.seal(encode(session), PURPOSE)
      const agreed: Agreed = {
        ...{instanceId, requestId, agentKey, ticket},
        publicKey: half.publicKey,
        lifetimeMs: LIFETIME_MS,
      }
      return {publicKey: half.publicKey, ticket, lifetimeMs: LIFETIME_MS, proof: proveAgreement(key, agreed)}
    },
    open: (ticket) => {
      const session = read(ticket)
      if (session === undefined || isOver(session)) return undefined
      return session
    },
    useOnce: (session, requestId) => {
      if (session.issuer !== issuer) return 'elsewhere'
      return used.reserve(session.instanceId, requestId, clock.monotonic()) ? 'first' : 'again'
    },
  }

  /** By the time that really passed where it is known, since a clock may be set back. */
  function isOver(session: Session): boolean {
    if (session.issuer === issuer) return clock.monotonic() - session.issuedAtMs >= LIFETIME_MS
    return clock.now() >= session.untilMs || clock.now() < session.untilMs - LIFETIME_MS - SKEW_MS
  }
}

/** Between the clocks of replicas. */
const SKEW_MS = 60_000

function encode({instanceId, key, untilMs, issuer, issuedAtMs}: Session): string {
  return JSON.stringify([instanceId, key.toString('base64'), untilMs, issuer, issuedAtMs])
}

function decode(open: () => string): Session | undefined {
  try {
    const [instanceId, key, untilMs, issuer, issuedAtMs] = JSON.parse(open()) as [
      string,
      string,
      number,
      string,
      number,
    ]
    return {instanceId, key: Buffer.from(key, 'base64'), untilMs, issuer, issuedAtMs}
  } catch {
    return undefined
  }
}
