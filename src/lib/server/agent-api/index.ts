import type {ServerDeps} from '../deps.ts'
import {createGuesses, type Guesses} from '../guesses.ts'
import type {Admission, Side} from '../http/connections.ts'
import {type Attempts, createAttempts} from '../rules/attempts.ts'
import {plainAddress} from '../rules/ip-range.ts'
import {BODY_ROOM, createRoom, type Room} from '../rules/room.ts'
import {whyUnavailable} from '../store/unavailable.ts'
import {agree} from './agree.ts'
import {AgentRefusal, refuse} from './answer.ts'
import {type AuthenticateDeps, authenticateAgent} from './auth/authenticate.ts'
import {createPublicKeys} from './auth/public-keys.ts'
import {createSessionTickets} from './auth/session-tickets.ts'
import {checkAdmitted, slowGuesses} from './auth/strangers.ts'
import {readAgentBody} from './body.ts'
import type {AgentRoute} from './call.ts'
import {connectionDetect} from './connection-detect.ts'
import {deregister} from './deregister.ts'
import {heartBeat} from './heart-beat.ts'
import {regionId} from './region-id.ts'
import {register} from './register.ts'
import {reports} from './reports.ts'
import {sessionList} from './session-list.ts'
import {taskList} from './task-list.ts'
import {unserved} from './unserved.ts'

/** Everything that agents may ask for over HTTP. */
export const AGENT_ROUTES: readonly AgentRoute[] = [
  connectionDetect,
  regionId,
  register,
  heartBeat,
  taskList,
  sessionList,
  ...reports,
  deregister,
  agree,
  ...unserved,
]

export interface RequestMeta {
  /** Address it came from. */
  source: string
  /** Path and query as they stood in the request line; absent: as in the request's URL. */
  target?: string
  /** Told who has proved to be at the other end of the connection. */
  admit?(side: Side, id: string): Admission
  /** Why it is refused although nobody has looked into it: one line for the caller. */
  problem?: string
}

export interface AgentApi {
  handle(request: Request, meta: RequestMeta): Promise<Response>
  authenticate: AuthenticateDeps
  guesses: Guesses
}

const BODY_BYTES = 1024 * 1024

/** Reports on tasks that an instance never had: enough rows to see what goes on, however many come. */
const STRAYS = {burst: 30, everyMs: 60_000}

/** The agent face of the control plane. @throws Error when a route does not say who may use it. */
export function createAgentApi(
  deps: ServerDeps,
  options: {routes?: readonly AgentRoute[]; onActivity?: () => void} = {},
): AgentApi {
  const routes = tableOf(options.routes ?? AGENT_ROUTES)
  const guesses = createGuesses(deps)
  const strays = createAttempts(STRAYS)
  const room = createRoom(BODY_ROOM)
  const {db, clock} = deps
  const authenticate: AuthenticateDeps = {
    ...{db, clock, replicas: deps.replicas},
    ...{parseKey: createPublicKeys(), tickets: createSessionTickets(deps)},
  }
  const handle = async (request: Request, meta: RequestMeta): Promise<Response> => {
    const target = meta.target ?? targetOf(request.url)
    const [path = '', search = ''] = splitTarget(target)
    const route = routes.get(path)
    if (!route) return refuse(404, 'There is nothing here.')
    if (route.method !== request.method) return refuse(405, `The method must be ${route.method}.`)
    try {
      const response = await serve({deps, authenticate, guesses, strays, room}, route, request, {
        ...meta,
        target,
        search,
      })
      if (route.isActivity) options.onActivity?.()
      return response
    } catch (error) {
      return asResponse(deps, error, path)
    }
  }
  return {handle, authenticate, guesses}
}

const KINDS: readonly unknown[] = ['none', 'activation', 'instance'] satisfies ReadonlyArray<AgentRoute['auth']>

function tableOf(routes: readonly AgentRoute[]): Map<string, AgentRoute> {
  const table = new Map<string, AgentRoute>()
  for (const route of routes) {
    if (!KINDS.includes(route.auth)) throw new Error(`the route ${route.path} does not say who may use it`)
    if (table.has(route.path)) throw new Error(`the route ${route.path} is there twice`)
    table.set(route.path, route)
  }
  return table
}

interface Serving {
  deps: ServerDeps
  authenticate: AuthenticateDeps
  guesses: Guesses
  strays: Attempts
  room: Room
}

async function serve(
  {deps, authenticate, guesses, strays, room}: Serving,
  route: AgentRoute,
  request: Request,
  meta: RequestMeta & {target: string; search: string},
): Promise<Response> {
  const source = plainAddress(meta.source)
  const body = () => readAgentBody(request, {limit: route.bodyLimit ?? BODY_BYTES, source, room})
  const open = {
    guesses,
    strays,
    query: new URLSearchParams(meta.search),
    source,
    userAgent: request.headers.get('user-agent') ?? '',
  }
  if (route.auth !== 'instance') return route.handle(deps, {...open, body: await body()})
  const agentRequest = {
    method: request.method,
    target: meta.target,
    header: (name: string) => request.headers.get(name),
    body,
  }
  const options = {
    once: route.once === true,
    byIdentity: route.byIdentity === true,
    evenDeregistered: route.evenDeregistered === true,
  }
  const agent = await slowGuesses(guesses, {source, header: agentRequest.header}, () =>
    authenticateAgent(authenticate, agentRequest, options),
  )
  checkAdmitted(meta.admit?.('agent', agent.instance.instance_id))
  return route.handle(deps, {...open, ...agent, tickets: authenticate.tickets})
}

function targetOf(url: string): string {
  return url.slice(url.indexOf('/', url.indexOf('://') + 3))
}

function splitTarget(target: string): [string, string] {
  const at = target.indexOf('?')
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}

/** Agents retry what is not their fault; what went wrong stays in our log. */
function asResponse(deps: ServerDeps, error: unknown, path: string): Response {
  if (error instanceof AgentRefusal) return refuse(error.status, error.message, error.retryAfterMs)
  const reason = error instanceof Error ? error : new Error(String(error))
  const unavailable = whyUnavailable(reason)
  deps.log.error(unavailable ? 'the database is not available' : 'an agent request failed', {
    path,
    error: reason.name,
    reason: reason.message.slice(0, 200),
    at: reason.stack?.split('\n')[1]?.trim(),
  })
  return unavailable ? refuse(503, unavailable) : refuse(500, 'The server failed.')
}
