import type {Clock} from '../core/clock.ts'
import type {SessionKeys} from '../core/credential-source.ts'
import {createId, type RandomBytes} from '../core/ids.ts'
import {HOLD_HEADER, HOLD_SINCE_HEADER} from '../protocol/ecs/hold.ts'
import {flattenParameters, type ParameterValue} from '../protocol/ecs/parameters/flatten.ts'
import {ECS_VERSION} from '../protocol/ecs/version.ts'
import {abortedError, errorOf} from './failure.ts'
import {mayRepeat, takesClientToken, waitBeforeRepeat} from './repeating.ts'
import {createRpc, type Rpc, type RpcReply, type RpcRequest} from './wire/rpc.ts'

export interface CallOptions {
  /**
   * A call that changes something. It gets one ClientToken for all its tries (where the action knows that parameter and the caller
   * sent none), and is repeated only when repeating is harmless.
   */
  write?: boolean
  /** Ask our own server to hold its answer back until something changes; the cloud ignores it (protocol/ecs/hold.ts). */
  hold?: {waitMs: number; since?: string | undefined}
  signal?: AbortSignal | undefined
  /** Sent beside our own, which they do not replace. */
  headers?: Readonly<Record<string, string>> | undefined
}

/** The decoded JSON answer: plain objects, arrays, strings, booleans and numbers (big integers as strings). */
export type EcsAnswer = Record<string, unknown>

/** ECS OpenAPI 2014-05-26, either the cloud's or our own server's. */
export interface EcsClient {
  readonly region: string
  readonly endpoint: string
  /** It has said that it is a server of ours: only then our own additions to the API may go there. */
  readonly isOurs: boolean
  /**
   * Calls an action; RegionId is added when absent.
   * @throws EcsError for what the service refused; AssistError (unreachable, timeout, interrupted) otherwise.
   */
  call(action: string, parameters: {readonly [name: string]: ParameterValue}, options?: CallOptions): Promise<EcsAnswer>
}

export interface EcsClientOptions {
  region: string
  /** `https://host[:port]`. */
  endpoint: string
  /** Fetched before each try, so that temporary keys can be renewed. */
  keys(): Promise<SessionKeys>
  clock: Clock
  random: () => number
  randomBytes: RandomBytes
  userAgent: string
  proxy?: string | undefined
  /** PEM text of an authority to trust in addition. */
  authority?: string | undefined
  /** Longest time for one call with all its tries. */
  timeoutMs?: number | undefined
  /** Longest time for one try. */
  tryMs?: number | undefined
  /** How often a call is sent at most. */
  mostTries?: number | undefined
  /** It is known for a server of ours before it has said so. */
  isOurs?: boolean
  /** A refused connection is reported at once: whoever made this client can start the server. */
  refusalIsFinal?: boolean
  /** Hears of each try before it is sent, from 1 on. */
  onTry?: ((attempt: number) => void) | undefined
  /** One line per try, without secrets. */
  debug?: ((text: string) => void) | undefined
}

const ANSWER_MS = 15_000

export function createEcsClient(options: EcsClientOptions): EcsClient {
  const rpc = createRpc({
    endpoint: options.endpoint,
    apiVersion: ECS_VERSION,
    userAgent: options.userAgent,
    keys: options.keys,
    proxy: options.proxy,
    authority: options.authority,
  })
  let isOurs = options.isOurs === true
  const heard: Rpc = async (request) => {
    const reply = await rpc(request)
    if (reply.kind === 'answer' && reply.isOurs) isOurs = true
    return reply
  }
  return {
    region: options.region,
    endpoint: options.endpoint,
    get isOurs() {
      return isOurs
    },
    call: (action, parameters, call = {}) => callAction(options, heard, action, parameters, call),
  }
}

async function callAction(
  options: EcsClientOptions,
  rpc: Rpc,
  action: string,
  parameters: {readonly [name: string]: ParameterValue},
  call: CallOptions,
): Promise<EcsAnswer> {
  const flat = Object.fromEntries(flattenParameters({RegionId: options.region, ...parameters}))
  const write = call.write ?? takesClientToken(action)
  if (write && takesClientToken(action) && flat['ClientToken'] === undefined) {
    flat['ClientToken'] = createId('assist-', options.randomBytes)
  }
  const repeatable = mayRepeat(action, {write, hasToken: flat['ClientToken'] !== undefined})
  const end = deadline(options, call.signal)
  const request: RpcRequest = {
    action,
    parameters: flat,
    headers: {...call.headers, ...holdHeaders(call.hold)},
    timeoutMs: (options.tryMs ?? ANSWER_MS) + (call.hold?.waitMs ?? 0),
    signal: end.signal,
  }
  try {
    for (let attempt = 1; ; attempt++) {
      const startedMs = options.clock.monotonic()
      options.onTry?.(attempt)
      const reply = await rpc(request)
      options.debug?.(debugLine(options, action, attempt, reply, options.clock.monotonic() - startedMs))
      if (reply.kind === 'answer') return reply.body
      const waitMs = refused(options, reply)
        ? undefined
        : waitBeforeRepeat(reply, attempt, {repeatable, random: options.random, mostTries: options.mostTries})
      if (waitMs === undefined || reply.kind === 'aborted')
        throw errorOf(reply, {...options, action, tries: attempt, timedOut: end.timedOut()})
      await options.clock.sleep(waitMs, end.signal)
      if (end.signal?.aborted) throw abortedError({...options, action, timedOut: end.timedOut()})
    }
  } finally {
    end.clear()
  }
}

function refused(options: EcsClientOptions, reply: RpcReply): boolean {
  return options.refusalIsFinal === true && reply.kind === 'network' && reply.errno === 'ECONNREFUSED'
}

function holdHeaders(hold: CallOptions['hold']): Record<string, string> {
  if (!hold) return {}
  return {[HOLD_HEADER]: String(hold.waitMs), ...(hold.since !== undefined && {[HOLD_SINCE_HEADER]: hold.since})}
}

interface Deadline {
  signal: AbortSignal | undefined
  timedOut(): boolean
  clear(): void
}

/** The caller's signal, joined by our own when there is a longest time. */
function deadline({timeoutMs}: EcsClientOptions, signal: AbortSignal | undefined): Deadline {
  if (timeoutMs === undefined) return {signal, timedOut: () => false, clear: () => {}}
  const own = new AbortController()
  const timer = setTimeout(() => own.abort(), Math.min(timeoutMs, 2 ** 31 - 1))
  return {
    signal: signal ? AbortSignal.any([signal, own.signal]) : own.signal,
    timedOut: () => own.signal.aborted,
    clear: () => clearTimeout(timer),
  }
}

function debugLine(
  options: EcsClientOptions,
  action: string,
  attempt: number,
  reply: RpcReply,
  tookMs: number,
): string {
  const {host} = new URL(options.endpoint)
  const outcome =
    reply.kind === 'answer'
      ? `${reply.httpStatus} ${String(reply.body['RequestId'] ?? '')}`
      : reply.kind === 'fault'
        ? `${reply.httpStatus} ${reply.code} ${reply.requestId}`
        : reply.kind === 'unreadable'
          ? `${reply.httpStatus} ${reply.contentType}`
          : reply.kind === 'network'
            ? reply.reason
            : 'aborted'
  return `debug: ${action} ${host} try ${attempt}: ${outcome.trim()} (${Math.round(tookMs)} ms)`
}
