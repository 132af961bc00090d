import {randomUUID} from 'node:crypto'
import {AssistError} from '../core/errors.ts'
import type {Fetch} from '../core/fetch.ts'
import {AGENT_PATHS} from '../protocol/agent/paths.ts'
import {SIGNATURE_HEADERS, signOfficial, signStrong} from '../protocol/agent/signature.ts'
import type {Identity} from './identity.ts'
import {type Machine, userAgent} from './machine.ts'

export interface Call {
  method: 'GET' | 'POST'
  path: string
  query?: URLSearchParams
  /** Text goes out as output does; without it the body is empty and typed JSON, as official agents do. */
  text?: Uint8Array
  json?: unknown
  timeoutMs: number
}

export interface Answer {
  status: number
  text: string
}

/** Everything we ask of a server goes through here, and is signed here. Rejects when there was no answer in time. */
export type Connection = (call: Call) => Promise<Answer>

export interface ConnectionDeps {
  fetch: Fetch
  machine: Machine
  now(): number
}

/** Before registration there is nothing to sign with. */
export function createConnection(deps: ConnectionDeps, serverUrl: string, identity: Identity | undefined): Connection {
  const base = parseServerUrl(serverUrl)
  return async (call) => {
    const query = call.query?.toString() ?? ''
    const url = new URL(`${base}${call.path}${query === '' ? '' : `?${query}`}`)
    const body = call.text ?? (call.json === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(call.json)))
    const headers: Record<string, string> = {'user-agent': userAgent(deps.machine), 'content-type': contentType(call)}
    if (identity !== undefined) {
      const target = url.pathname + url.search
      Object.assign(headers, signatureHeaders(deps, identity, {method: call.method, target, body}))
    }
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(new Error('no answer in time')), call.timeoutMs)
    try {
      const init = {method: call.method, headers, signal: abort.signal}
      const request = new Request(url, call.method === 'GET' ? init : {...init, body})
      const response = await deps.fetch(request)
      return {status: response.status, text: await response.text()}
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Where the kick channel opens, and with which headers. */
export function kickTarget(deps: ConnectionDeps, serverUrl: string, identity: Identity) {
  const url = new URL(parseServerUrl(serverUrl) + AGENT_PATHS.notify)
  const headers = signatureHeaders(deps, identity, {method: 'GET', target: url.pathname, body: new Uint8Array()})
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return {url: url.href, headers: {'user-agent': userAgent(deps.machine), ...headers}}
}

/** An https address, or http on this very machine; without the final slash. @throws AssistError('config') */
export function parseServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new AssistError('config', 'The server must be given as an address such as https://assist.example.com:8443')
  }
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new AssistError('config', `Plain http is for this machine only; the server ${url.host} needs https.`)
  }
  return url.href.replace(/\/+$/, '')
}

function contentType(call: Call): string {
  if (call.method === 'GET') return 'application/x-www-form-urlencoded'
  return call.text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'
}

function signatureHeaders(
  deps: ConnectionDeps,
  identity: Identity,
  content: {method: string; target: string; body: Uint8Array},
): Record<string, string> {
  const {instanceId, machineId, key} = identity
  const signing = {instanceId, machineId, timestamp: String(deps.now()), requestId: randomUUID()}
  const headers: Record<string, string> = {
    [SIGNATURE_HEADERS.instanceId]: instanceId,
    [SIGNATURE_HEADERS.timestamp]: signing.timestamp,
    [SIGNATURE_HEADERS.requestId]: signing.requestId,
    [SIGNATURE_HEADERS.signature]: signOfficial(key, signing),
    [SIGNATURE_HEADERS.strong]: signStrong(key, signing, content),
  }
  if (deps.machine.intranetIp !== '<nil>') headers['x-client-ip'] = deps.machine.intranetIp
  return headers
}
