import {randomUUID} from 'node:crypto'
import {AssistError} from '../../core/errors.ts'
import type {Exchange} from '../../core/exchange.ts'
import {isLoopback} from '../../core/loopback.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {
  type AgentSigning,
  SIGNATURE_HEADERS,
  type SignedContent,
  signBoth,
  signOfficial,
  signStrong,
} from '../../protocol/agent/signature.ts'
import {type Machine, userAgent} from '../machine.ts'
import type {Identity} from '../state/identity.ts'
import {createSessions, type SessionKey, type Sessions, sessionHeaders} from './session.ts'

export interface Call {
  method: 'GET' | 'POST'
  path: string
  query?: URLSearchParams
  /** Text goes out as output does; without it the body is empty and typed JSON, as official agents do. */
  text?: Uint8Array
  json?: unknown
  timeoutMs: number
  /** Signed at once, but sent only when this says yes. */
  gate?: Promise<boolean> | undefined
}

export interface Answer {
  status: number
  text: string
}

/**
 * Everything we ask of a server goes through here, and is signed here. Signing goes on aside: what the caller does before it waits
 * is done before anything is sent. Rejects when there was no answer in time, or the gate said no.
 */
export type Connection = (call: Call) => Promise<Answer>

export interface ConnectionDeps {
  exchange: Exchange
  machine: Machine
  now(): number
}

/** Before registration there is nothing to sign with. */
export function createConnection(deps: ConnectionDeps, serverUrl: string, identity: Identity | undefined): Connection {
  const base = parseServerUrl(serverUrl)
  return (call) => send(deps, base, call, identity && {identity})
}

/**
 * A connection of many requests: with a server that knows our additions, a key that both sides agree on stands in for the signatures. Where the
 * server will not have the key any more, the request goes out again, signed.
 */
export function createLongConnection(
  deps: ConnectionDeps & {monotonic(): number},
  serverUrl: string,
  identity: Identity,
): Connection {
  if (!identity.assist) return createConnection(deps, serverUrl, identity)
  const base = parseServerUrl(serverUrl)
  const sessions: Sessions = createSessions({
    instanceId: identity.instanceId,
    monotonic: deps.monotonic,
    post: async (path, json, timeoutMs) => {
      const requestId = randomUUID()
      return {...(await send(deps, base, {method: 'POST', path, json, timeoutMs}, {identity, requestId})), requestId}
    },
  })
  return async (call) => {
    const session = sessions.current()
    const answer = await send(deps, base, call, {identity, session})
    if (session === undefined || answer.status !== 401) return answer
    sessions.refused(session)
    return send(deps, base, call, {identity})
  }
}

interface Credentials {
  identity: Identity
  session?: SessionKey | undefined
  /** Absent: a fresh one. */
  requestId?: string
}

async function send(
  deps: ConnectionDeps,
  base: string,
  call: Call,
  credentials: Credentials | undefined,
): Promise<Answer> {
  const query = call.query?.toString() ?? ''
  const url = new URL(`${base}${call.path}${query === '' ? '' : `?${query}`}`)
  const body = call.text ?? (call.json === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(call.json)))
  const headers: Record<string, string> = {'user-agent': userAgent(deps.machine), 'content-type': contentType(call)}
  if (credentials !== undefined) {
    const content = {method: call.method, target: url.pathname + url.search, body}
    Object.assign(headers, await credentialHeaders(deps, credentials, content))
  }
  if (call.gate !== undefined && !(await call.gate)) throw new Error('not to be sent')
  const request = {method: call.method, url, headers, ...(body.length > 0 && {body})}
  return inTime(call.timeoutMs, (signal) => deps.exchange({...request, signal}))
}

async function credentialHeaders(
  deps: ConnectionDeps,
  {identity, session, requestId}: Credentials,
  content: SignedContent,
): Promise<Record<string, string>> {
  const {key} = identity
  if (key === undefined) return unsignedHeaders(identity)
  const signing = {...newSigning(deps, identity), ...(requestId !== undefined && {requestId})}
  if (session !== undefined) return sessionHeaders(session, signing, content)
  const signatures = identity.assist
    ? await signBoth(key, signing, content)
    : {official: signOfficial(key, signing), strong: undefined}
  return signatureHeaders(deps, signing, signatures)
}

/** Does not rely on the signal alone: whoever sends may not heed it. */
async function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error('no answer in time')
      reject(error)
      abort.abort(error)
    }, ms)
  })
  try {
    return await Promise.race([work(abort.signal), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Where the kick channel opens, and with which headers. */
export function kickTarget(deps: Omit<ConnectionDeps, 'exchange'>, serverUrl: string, identity: Identity) {
  const url = new URL(parseServerUrl(serverUrl) + AGENT_PATHS.notify)
  const headers = kickHeaders(deps, identity, {method: 'GET', target: url.pathname, body: new Uint8Array()})
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return {url: url.href, headers: {'user-agent': userAgent(deps.machine), ...headers}}
}

function kickHeaders(deps: Omit<ConnectionDeps, 'exchange'>, identity: Identity, content: SignedContent) {
  const {key} = identity
  if (key === undefined) return unsignedHeaders(identity)
  const signing = newSigning(deps, identity)
  // Only our own server has asked for it.
  const strong = identity.assist ? signStrong(key, signing, content) : undefined
  return signatureHeaders(deps, signing, {official: signOfficial(key, signing), strong})
}

/** Source: agent-protocol, 2.1. */
function unsignedHeaders({instanceId}: Identity): Record<string, string> {
  return {'x-client-instance-id': instanceId}
}

/** An https address, or http on this very machine; without the final slash. @throws AssistError('config') */
export function parseServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new AssistError('config', 'The server must be given as an address such as https://assist.example.com:8443')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new AssistError('config', `Plain http is for this machine only; the server ${url.host} needs https.`)
  }
  return url.href.replace(/\/+$/, '')
}

function contentType(call: Call): string {
  if (call.method === 'GET') return 'application/x-www-form-urlencoded'
  return call.text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'
}

function newSigning(deps: Pick<ConnectionDeps, 'now'>, {instanceId, machineId}: Identity): AgentSigning {
  return {instanceId, machineId, timestamp: String(deps.now()), requestId: randomUUID()}
}

function signatureHeaders(
  deps: Pick<ConnectionDeps, 'machine'>,
  signing: AgentSigning,
  {official, strong}: {official: string; strong: string | undefined},
) {
  const headers: Record<string, string> = {
    [SIGNATURE_HEADERS.instanceId]: signing.instanceId,
    [SIGNATURE_HEADERS.timestamp]: signing.timestamp,
    [SIGNATURE_HEADERS.requestId]: signing.requestId,
    [SIGNATURE_HEADERS.signature]: official,
    ...(strong !== undefined && {[SIGNATURE_HEADERS.strong]: strong}),
  }
  if (deps.machine.intranetIp !== '<nil>') headers['x-client-ip'] = deps.machine.intranetIp
  return headers
}
