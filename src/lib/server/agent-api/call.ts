import type {ServerDeps} from '../deps.ts'
import type {Guesses} from '../guesses.ts'
import type {Attempts} from '../rules/attempts.ts'
import type {InstanceRow} from '../store/schema.ts'
import type {SessionTickets} from './auth/session-tickets.ts'

/** A request of an agent, as its endpoint sees it. */
export interface OpenCall {
  query: URLSearchParams
  body: Uint8Array
  /** Address it came from. */
  source: string
  userAgent: string
  /** Slows who guesses. */
  guesses: Guesses
  /** Bounds what is recorded of an instance that reports what nobody asked of it. */
  strays: Attempts
}

export interface InstanceCall extends OpenCall {
  instance: InstanceRow
  requestId: string
  tickets: SessionTickets
}

interface AnyRoute {
  method: 'GET' | 'POST'
  path: string
  bodyLimit?: number
  /** What happens here keeps an embedded server from stopping when idle. */
  isActivity?: boolean
}

/** `none`: anybody; `activation`: the endpoint itself checks an activation code; `instance`: a registered instance. */
export type AgentRoute =
  | (AnyRoute & {auth: 'none' | 'activation'; handle(deps: ServerDeps, call: OpenCall): Promise<Response>})
  | (AnyRoute & {
      auth: 'instance'
      /** A request of our own agents may not come twice either. */
      once?: boolean
      /** A session key is not enough: it must be the instance's own. */
      byIdentity?: boolean
      /** Also for an instance that was deregistered; everything else is closed to it. */
      evenDeregistered?: boolean
      handle(deps: ServerDeps, call: InstanceCall): Promise<Response>
    })
