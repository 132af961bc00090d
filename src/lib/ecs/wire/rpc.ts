import type {Agent, ClientRequest, IncomingMessage} from 'node:http'
import type {SessionKeys} from '../../core/credential-source.ts'
import {AssistError} from '../../core/errors.ts'
import {toPlain} from './plain.ts'
import type {Pop} from './pop-client.ts'
import {watchAgent} from './watch-agent.ts'

export interface RpcOptions {
  /** `https://host[:port]`. */
  endpoint: string
  apiVersion: string
  userAgent: string
  keys(): Promise<SessionKeys>
  /** `http://proxy:3128`, for https endpoints. */
  proxy?: string | undefined
}

export interface RpcRequest {
  action: string
  /** Flattened, as they go on the wire. */
  parameters: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** What came of one try. */
export type RpcReply =
  | {kind: 'answer'; httpStatus: number; body: Record<string, unknown>}
  | {
      kind: 'fault'
      httpStatus: number
      code: string
      message: string
      requestId: string
      retryAfterMs: number | undefined
      date: string | undefined
    }
  /** Something answered, but not the API: a proxy's page, a redirect, half an answer. */
  | {kind: 'unreadable'; httpStatus: number; contentType: string}
  /** `sent`: the request may have arrived. */
  | {kind: 'network'; reason: string; errno: string; sent: boolean}
  | {kind: 'aborted'}

export type Rpc = (request: RpcRequest) => Promise<RpcReply>

/** One signed POST per call; never repeats, never follows a redirect. pop-core is loaded by the first one. */
export function createRpc(options: RpcOptions): Rpc {
  let loading: Promise<Pop> | undefined
  return async (request) => {
    loading ??= load(options)
    const pop = await loading
    const seen: Seen = {connected: false, response: undefined}
    const watched = watchAgent(pop.agent, (outgoing) => watch(outgoing, seen))
    try {
      const body = await pop.request(request.action, {...request.parameters}, requestOptions(options, request, watched))
      return answer(toPlain(body), seen)
    } catch (error) {
      if (error instanceof AssistError) throw error
      return request.signal?.aborted ? {kind: 'aborted'} : failure(error, seen)
    }
  }
}

async function load(options: RpcOptions): Promise<Pop> {
  silenceHttpx()
  const {createPop} = await import('./pop-client.ts')
  return createPop(options)
}

/** httpx prints whole requests, keys and scripts included, when DEBUG names it; that must be impossible. */
function silenceHttpx(): void {
  const debug = process.env['DEBUG']
  if (debug && /\*|httpx/.test(debug)) process.env['DEBUG'] = `${debug},-httpx:*`
}

function requestOptions(options: RpcOptions, request: RpcRequest, agent: Agent): object {
  return {
    method: 'POST',
    formatAction: false,
    formatParams: false,
    // pop-core adds its own headers only where none are given.
    headers: {
      'user-agent': options.userAgent,
      'x-acs-action': request.action,
      'x-acs-version': options.apiVersion,
      accept: 'application/json',
      ...request.headers,
    },
    timeout: request.timeoutMs,
    // NODE_TLS_REJECT_UNAUTHORIZED alone must not open the door.
    rejectUnauthorized: true,
    agent,
    beforeRequest: (http: object) => ({...http, signal: request.signal}),
  }
}

/** What the wire showed; pop-core keeps it to itself when an answer is not JSON. */
interface Seen {
  connected: boolean
  response: IncomingMessage | undefined
}

function watch(request: ClientRequest, seen: Seen): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) seen.connected = true
    else
      socket.once(request.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        seen.connected = true
      })
  })
  request.once('response', (response) => {
    seen.response = response
  })
}

const GOOD_CODES: readonly unknown[] = [undefined, 200, '200', 'OK', 'Success', 'success']

function answer(body: unknown, {response}: Seen): RpcReply {
  const httpStatus = response?.statusCode ?? 0
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return unreadable(response)
  const object = body as Record<string, unknown>
  if (httpStatus >= 400 || !GOOD_CODES.includes(object['Code'])) return fault(object, response)
  if (httpStatus >= 300) return unreadable(response)
  return {kind: 'answer', httpStatus, body: object}
}

function failure(error: unknown, seen: Seen): RpcReply {
  const data = toPlain((error as {data?: unknown} | null)?.data)
  if (seen.response && typeof data === 'object' && data !== null)
    return fault(data as Record<string, unknown>, seen.response)
  const errno = errnoOf(error)
  if (seen.response?.complete && !errno) return unreadable(seen.response)
  return {kind: 'network', errno, reason: reasonOf(errno, error), sent: seen.connected}
}

function fault(body: Record<string, unknown>, response: IncomingMessage | undefined): RpcReply {
  const code = body['Code']
  if (typeof code !== 'string') return unreadable(response)
  const after = Number(response?.headers['x-acs-retry-after'])
  return {
    kind: 'fault',
    httpStatus: response?.statusCode ?? 0,
    code,
    message: typeof body['Message'] === 'string' ? body['Message'] : '',
    requestId: typeof body['RequestId'] === 'string' ? body['RequestId'] : '',
    retryAfterMs: Number.isFinite(after) && after > 0 ? after : undefined,
    date: response?.headers.date,
  }
}

function unreadable(response: IncomingMessage | undefined): RpcReply {
  return {
    kind: 'unreadable',
    httpStatus: response?.statusCode ?? 0,
    contentType: response?.headers['content-type']?.split(';')[0] ?? 'no content type',
  }
}

/** The system's code for it, or '' when the error was something else. */
function errnoOf(error: unknown): string {
  const {code, name} = (error ?? {}) as {code?: unknown; name?: unknown}
  if (typeof name === 'string' && name.startsWith('RequestTimeout')) return 'TIMEOUT'
  return typeof code === 'string' ? code : ''
}

const REASONS: Readonly<Record<string, string>> = {
  TIMEOUT: 'no answer in time',
  ETIMEDOUT: 'no answer in time',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no network',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted (self-signed)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted (self-signed)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted (unknown authority)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted (unknown authority)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  ERR_PROXY: 'the proxy in HTTPS_PROXY refused the connection',
}

/** Chosen words, never the library's: those carry the address with everything in it. */
function reasonOf(errno: string, error: unknown): string {
  const aggregate = (error as {errors?: unknown[]} | null)?.errors?.[0]
  return (
    REASONS[errno] ??
    (aggregate ? reasonOf(errnoOf(aggregate), undefined) : errno ? `network error ${errno}` : 'the connection failed')
  )
}
