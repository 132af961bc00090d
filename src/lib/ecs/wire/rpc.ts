import type {IncomingHttpHeaders} from 'node:http'
import type {SessionKeys} from '../../core/credential-source.ts'
import {isRecord} from '../../core/json.ts'
import {SERVER_HEADER} from '../../protocol/ecs/follow.ts'
import type {Posted} from './exchange.ts'
import {type NetworkReply, networkReply} from './network-reply.ts'
import {NoAnswer} from './no-answer.ts'
import {parseAnswer} from './parse-answer.ts'
import type {PopClient} from './pop-client.ts'

export interface RpcOptions {
  /** `https://host[:port]`. */
  endpoint: string
  apiVersion: string
  userAgent: string
  keys(): Promise<SessionKeys>
  /** `http://proxy:3128`, for https endpoints. */
  proxy?: string | undefined
  /** PEM text of an authority to trust in addition. */
  authority?: string | undefined
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
  /** `isOurs`: from a server of ours, which knows our additions to the API. */
  | {kind: 'answer'; httpStatus: number; body: Record<string, unknown>; isOurs: boolean}
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
  | NetworkReply
  | {kind: 'aborted'}

export type Rpc = (request: RpcRequest) => Promise<RpcReply>

/** One signed POST per call; never repeats, never follows a redirect. pop-core is loaded by the first one. */
export function createRpc(options: RpcOptions): Rpc {
  let loading: Promise<PopClient> | undefined
  return async (request) => {
    loading ??= import('./pop-client.ts').then(({createPop}) => createPop(options))
    const pop = await loading
    try {
      return replyOf(await pop.request(request.action, request.parameters, requestOptions(options, request)))
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return request.signal?.aborted ? {kind: 'aborted'} : networkReply(error)
    }
  }
}

function requestOptions(options: RpcOptions, {action, headers, timeoutMs, signal}: RpcRequest) {
  return {
    headers: {
      'user-agent': options.userAgent,
      'x-acs-action': action,
      'x-acs-version': options.apiVersion,
      accept: 'application/json',
      ...headers,
    },
    timeoutMs,
    signal,
  }
}

const GOOD_CODES: readonly unknown[] = [undefined, 200, '200', 'OK', 'Success', 'success']

function replyOf(posted: Posted): RpcReply {
  const {httpStatus} = posted
  const body = readBody(posted.text)
  if (!body) return unreadable(posted)
  if (httpStatus >= 400 || !GOOD_CODES.includes(body['Code'])) return fault(body, posted)
  if (httpStatus >= 300) return unreadable(posted)
  return {kind: 'answer', httpStatus, body, isOurs: posted.headers[SERVER_HEADER] === '1'}
}

/** Undefined: not an object in JSON. */
function readBody(text: string): Record<string, unknown> | undefined {
  try {
    const body = parseAnswer(text)
    return isRecord(body) ? body : undefined
  } catch {
    return undefined
  }
}

function fault(body: Record<string, unknown>, posted: Posted): RpcReply {
  const code = body['Code']
  if (typeof code !== 'string') return unreadable(posted)
  return {
    kind: 'fault',
    httpStatus: posted.httpStatus,
    code,
    message: textOf(body['Message']),
    requestId: textOf(body['RequestId']),
    retryAfterMs: retryAfterMs(posted.headers),
    date: posted.headers.date,
  }
}

function retryAfterMs(headers: IncomingHttpHeaders): number | undefined {
  const after = Number(headers['x-acs-retry-after'])
  return Number.isFinite(after) && after > 0 ? after : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function unreadable({httpStatus, headers}: Posted): RpcReply {
  return {kind: 'unreadable', httpStatus, contentType: headers['content-type']?.split(';')[0] ?? 'no content type'}
}
