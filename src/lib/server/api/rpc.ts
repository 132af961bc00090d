import {quote} from '../../core/quote.ts'
import {randomUuid} from '../../core/random-text.ts'
import {redact} from '../../core/redact.ts'
import {Fault} from '../../protocol/ecs/faults.ts'
import type {Fields} from '../../protocol/ecs/fields.ts'
import {parameterTree} from '../../protocol/ecs/parameters/tree.ts'
import {ECS_VERSION} from '../../protocol/ecs/version.ts'
import type {ServerDeps} from '../deps.ts'
import type {Admission, Side} from '../http/connections.ts'
import {OPERATIONS} from '../operations/index.ts'
import type {Operation} from '../operations/operation.ts'
import {readHold} from '../operations/run/hold.ts'
import {createAttempts} from '../rules/attempts.ts'
import {BODY_ROOM, createRoom} from '../rules/room.ts'
import {whyUnavailable} from '../store/unavailable.ts'
import {answerFormat} from './answer-format.ts'
import {type Caller, createAuthenticate} from './auth/authenticate.ts'
import {MOST_BODY_BYTES, readBody} from './body.ts'
import {decodeRequest, type RpcRequest} from './request.ts'
import {type AnswerContext, encodeAnswer, encodeFault} from './response.ts'

/** A disk is not freed, nor a database restarted, within less. */
const STORE_WAIT_MS = 5000

export type Rpc = (request: Request, meta: RpcMeta) => Promise<Response>

export interface RpcMeta {
  /** Address the request came from. */
  source: string
  /** Told who has proved to be at the other end of the connection. */
  admit?(side: Side, id: string): Admission
  /** Why it is refused unread: one line for the caller. */
  problem?: string
}

/** The OpenAPI face of the control plane: one signed request in, one JSON or XML answer out, whatever goes wrong. */
export function createRpc(deps: ServerDeps): Rpc {
  const authenticate = createAuthenticate(deps)
  const room = createRoom(BODY_ROOM)
  // Reading what is large costs many times a signed call: whoever sends nothing but that, and is nobody, waits before it is read.
  const largeAndRefused = createAttempts(LARGE_REFUSALS)
  return async (request, meta) => {
    const asked = {search: new URL(request.url).search.slice(1), header: (name: string) => request.headers.get(name)}
    const context: AnswerContext = {
      format: answerFormat({...asked, body: ''}),
      requestId: randomUuid(deps.randomBytes).toUpperCase(),
      host: request.headers.get('host') ?? new URL(request.url).host,
    }
    const isLarge = isLargeRequest(request)
    let isKnown = false
    try {
      const waitMs = isLarge ? largeAndRefused.waitMs(meta.source, deps.clock.monotonic()) : 0
      if (waitMs > 0) throw tooOften(waitMs)
      if (meta.problem !== undefined) throw new Fault('RequestTooLarge', meta.problem)
      const body = await readBody(request, {source: meta.source, room})
      context.format = answerFormat({...asked, body: Buffer.from(body.bytes).toString('latin1')})
      if (body.isTooLong) throw tooLong()
      const decoded = decodeRequest(request, body.bytes)
      const caller = await authenticate(decoded, meta.source)
      isKnown = true
      checkAdmitted(meta.admit?.('caller', caller.accessKeyId))
      const {action, fields} = await answer(deps, caller, decoded, {
        requestId: context.requestId,
        source: meta.source,
        signal: request.signal,
      })
      return encodeAnswer(context, action, fields)
    } catch (error) {
      if (isLarge && !isKnown) largeAndRefused.failed(meta.source, deps.clock.monotonic())
      return encodeFault(context, asFault(deps, error, context.requestId))
    }
  }
}

const FULL_WAIT_MS = 5000

function checkAdmitted(admission: Admission | undefined): void {
  const wait = {retryAfterMs: FULL_WAIT_MS}
  if (admission === 'full') {
    throw new Fault('ServiceUnavailable', 'The server has as many connections of callers as it may.', wait)
  }
  if (admission === 'tooMany') throw new Fault('Throttling', 'This access key has as many connections as it may.', wait)
}

const LARGE_BYTES = 64 * 1024
const LARGE_REFUSALS = {burst: 20, everyMs: 1000}

/** What comes in chunks has no length, and may be large. */
function isLargeRequest(request: Request): boolean {
  const isLong = request.url.length > LARGE_BYTES || Number(request.headers.get('content-length') ?? 0) > LARGE_BYTES
  return isLong || request.headers.has('transfer-encoding')
}

function tooOften(retryAfterMs: number): Fault {
  return new Fault('Throttling', 'Too many large requests from here were refused; try again later.', {retryAfterMs})
}

function tooLong(): Fault {
  return new Fault('RequestTooLarge', `The request body may have at most ${MOST_BODY_BYTES} bytes.`)
}

async function answer(
  deps: ServerDeps,
  caller: Caller,
  request: RpcRequest,
  meta: {requestId: string; source: string; signal: AbortSignal},
): Promise<{action: string; fields: Fields}> {
  const {action, run} = chooseOperation(request)
  const fields = await run({
    deps,
    action,
    ...meta,
    ...caller,
    host: request.headers.host ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    regionId: '',
    nowMs: deps.clock.now(),
    parameters: request.parameters,
    tree: parameterTree(request.parameters),
    hold: readHold(request.headers),
  })
  return {action, fields}
}

function chooseOperation({headers, parameters}: RpcRequest): {action: string; run: Operation} {
  const version = agreed('Version', headers['x-acs-version'], parameters.get('Version'))
  if (version !== ECS_VERSION) {
    throw new Fault('NoSuchVersion', `The version must be ${ECS_VERSION}; given: ${quote(version)}.`)
  }
  const action = agreed('Action', headers['x-acs-action'], parameters.get('Action'))
  const run = OPERATIONS.get(action)
  if (run) return {action, run}
  const served = [...OPERATIONS.keys()].join(', ')
  throw new Fault('InvalidAction.NotFound', `There is no action ${quote(action)}. This server has: ${served}.`)
}

function agreed(name: string, header: string | undefined, parameter: string | undefined): string {
  const value = header || parameter
  if (!value) throw new Fault(`MissingParameter.${name}`)
  if (header && parameter && header !== parameter) {
    throw new Fault(`InvalidParameter.${name}`, `${name} differs between the header and the parameter.`)
  }
  return value
}

/** Whatever is not a refusal of ours is a bug or a sick disk: the caller learns no more than the request id to quote. */
function asFault({log}: ServerDeps, error: unknown, requestId: string): Fault {
  if (error instanceof Fault) return error
  const reason = error instanceof Error ? error : new Error(String(error))
  const unavailable = whyUnavailable(reason)
  log.error(unavailable ? 'the database is not available' : 'a request failed', {
    requestId,
    error: reason.name,
    reason: redact(reason.message),
    at: reason.stack?.split('\n')[1]?.trim(),
  })
  return unavailable
    ? new Fault('ServiceUnavailable', `${unavailable} Try again later.`, {retryAfterMs: STORE_WAIT_MS})
    : new Fault('InternalError')
}
