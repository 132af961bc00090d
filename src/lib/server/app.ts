import {Hono} from 'hono'
import {isLoopback} from '../core/loopback.ts'
import {LOOK_HEADER} from '../protocol/ecs/look.ts'
import {createAgentApi, type RequestMeta} from './agent-api/index.ts'
import type {KickFace} from './agent-api/kick-socket.ts'
import {refuseUnread} from './api/unread.ts'
import type {ServerDeps} from './deps.ts'
import type {Unread} from './http/unread.ts'
import {createMetrics} from './metrics.ts'
import {setMark} from './store/marks.ts'
import {whyUnavailable} from './store/unavailable.ts'

export type {RequestMeta} from './agent-api/index.ts'

export interface App {
  /** The whole control plane, but for its kick sockets, as a function. */
  fetch(request: Request, meta: RequestMeta): Promise<Response>
  /** What the kick sockets need to know their peers. */
  kickFace: KickFace
  /** The answer to what the HTTP parser gave up on; logged and counted like any other. */
  refuseUnread(unread: Unread, source: string): Response
}

export interface AppOptions {
  /** The OpenAPI face. */
  rpc(request: Request, meta: RequestMeta): Promise<Response>
  /** Called by whatever keeps an embedded server from stopping when idle. */
  onActivity?(): void
}

export function createApp(deps: ServerDeps, {rpc, onActivity}: AppOptions): App {
  const metrics = createMetrics(deps)
  const agentApi = createAgentApi(deps, onActivity ? {onActivity} : {})
  const app = new Hono<{Bindings: RequestMeta}>()
  app.use(async (c, next) => {
    if (c.env.problem === undefined || c.req.path === '/') return next()
    metrics.countRequest('unread', 431)
    return c.json({code: 431, message: c.env.problem}, 431)
  })
  app.all('/', async (c) => {
    if (c.req.header(LOOK_HEADER) === undefined) onActivity?.()
    const response = await rpc(c.req.raw, c.env)
    metrics.countRequest('rpc', response.status)
    return response
  })
  app.all('/luban/*', async (c) => {
    const response = await agentApi.handle(c.req.raw, c.env)
    metrics.countRequest('agent', response.status)
    return response
  })
  app.get('/healthz', () => new Response('ok'))
  app.get('/readyz', async () => {
    const problem = await storeProblem(deps)
    return problem === undefined
      ? new Response(`ok${clockProblem(deps)}`)
      : new Response(problem, {status: 503, headers: {'retry-after': '5'}})
  })
  app.get('/metrics', async (c) => {
    // Nobody signs for metrics; whoever may see them reaches this machine.
    if (!isAskedHere(c.req.raw.headers, c.env.source))
      return c.json({code: 403, message: 'Metrics are for this machine only.'}, 403)
    const {contentType, text} = await metrics.render()
    return c.body(text, 200, {'content-type': contentType})
  })
  app.notFound((c) => c.json({code: 404, message: 'There is nothing here.'}, 404))
  app.onError((error, c) => {
    deps.log.error('a request failed', {
      path: c.req.path.slice(0, 100),
      error: error.name,
      reason: error.message.slice(0, 200),
    })
    return c.json({code: 500, message: 'The server failed.'}, 500)
  })
  return {
    fetch: async (request, meta) => app.fetch(request, meta),
    refuseUnread: (unread, source) => {
      const response = refuseUnread(deps, unread)
      metrics.countRequest('unread', response.status)
      deps.log.warn('a request could not be read', {source, status: response.status, reason: unread.message})
      return response
    },
    kickFace: agentApi,
  }
}

/** A clock that is wrong is no reason to send callers elsewhere: it may as well have been put right. */
function clockProblem({clockWatch}: ServerDeps): string {
  const byMs = clockWatch.jumpMs()
  if (byMs === 0) return ''
  return `; the clock has jumped by ${Math.round(byMs / 1000)} s: nothing old is deleted until it has held for a day`
}

/** What the store cannot do, for whoever balances load; `undefined`: nothing. */
async function storeProblem({db, clock}: ServerDeps): Promise<string | undefined> {
  try {
    await db.read.selectFrom('instances').select('instance_id').limit(1).execute()
  } catch {
    return 'The database cannot be read.'
  }
  try {
    await db.write((tx) => setMark(tx, 'probe', clock.now()))
    return undefined
  } catch (error) {
    const why = error instanceof Error ? whyUnavailable(error) : undefined
    return ['The database cannot be written; what only reads still works.', why].filter(Boolean).join(' ')
  }
}

/** A browser that was led here names another host, a proxy names whom it asks for: neither is this machine itself. */
function isAskedHere(headers: Headers, source: string): boolean {
  const host = (headers.get('host') ?? 'localhost').replace(/:\d+$/, '')
  const isPassedOn = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].some((name) =>
    headers.has(name),
  )
  return isLoopback(source) && isLoopback(host) && !isPassedOn
}
