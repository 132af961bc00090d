import type {Clock} from '../core/clock.ts'
import {formatDuration} from '../core/duration.ts'
import {AssistError} from '../core/errors.ts'
import {escapeControls} from '../core/quote.ts'
import {redact} from '../core/redact.ts'
import {EcsError} from './error.ts'
import {hintFor} from './hints.ts'
import type {RpcReply} from './wire/rpc.ts'

export interface FailureContext {
  action: string
  endpoint: string
  clock: Clock
  /** Our own time limit ended it. */
  timedOut: boolean
  timeoutMs?: number | undefined
}

type Failed = Exclude<RpcReply, {kind: 'answer'}>

/** What stopped the call, in words of our own. */
export function errorOf(reply: Failed, context: FailureContext & {tries: number}): AssistError {
  const {host} = new URL(context.endpoint)
  const after = context.tries > 1 ? `, after ${context.tries} tries` : ''
  switch (reply.kind) {
    case 'aborted':
      return abortedError(context)
    case 'fault': {
      const skew = clockSkew(reply, context.clock)
      return new EcsError(
        {...reply, message: shownMessage(reply), action: context.action},
        skew ?? hintFor(reply.code, context.action),
      )
    }
    case 'unreadable':
      return new AssistError(
        'unreachable',
        `${context.action}: ${host} answered, but not as the API does (${httpWords(reply)})${after}`,
        {
          hint:
            reply.httpStatus >= 300 && reply.httpStatus < 400
              ? 'A redirect is not followed, because the request is signed. Check --endpoint.'
              : 'Check --endpoint, and whether a proxy stands between.',
        },
      )
    case 'network':
      return new AssistError('unreachable', `${context.action}: cannot reach ${host}: ${reply.reason}${after}`, {
        hint: networkHint(reply.errno, context.endpoint),
        cause: {code: reply.errno},
      })
  }
}

export function abortedError(context: Omit<FailureContext, 'clock'>): AssistError {
  if (context.timedOut) {
    const within = formatDuration(context.timeoutMs ?? 0)
    return new AssistError('timeout', `${context.action}: no answer within ${within}`, {
      hint: `Give it longer with --timeout${isLook(context.action) ? '.' : ', or look whether it was carried out after all.'}`,
    })
  }
  return new AssistError('interrupted', `${context.action}: interrupted`)
}

/** Calls that change nothing, by the names that the API gives them. */
function isLook(action: string): boolean {
  return /^(Describe|List|Get)/.test(action)
}

const LONGEST_MESSAGE = 400

/** The service's own words, made safe. A signature complaint quotes everything that was signed, so it gets words of ours. */
function shownMessage({code, message}: {code: string; message: string}): string {
  if (code === 'SignatureDoesNotMatch') return 'the service computed another signature'
  if (code === 'IncompleteSignature') return 'the signature is incomplete'
  const shown = redact(escapeControls(message, {keepLineBreaks: false}))
  return shown.length > LONGEST_MESSAGE ? `${shown.slice(0, LONGEST_MESSAGE)}…` : shown
}

/** When the service finds our time wrong, its own answer tells by how much. */
function clockSkew(reply: {code: string; date: string | undefined}, clock: Clock): string | undefined {
  if (!/TimeStamp|Timestamp/.test(reply.code) || !reply.date) return undefined
  const seconds = Math.round((clock.now() - Date.parse(reply.date)) / 1000)
  if (!Number.isFinite(seconds) || seconds === 0) return undefined
  return `The clock of this machine is ${roughly(Math.abs(seconds))} ${seconds > 0 ? 'ahead of' : 'behind'} the service's. Set it right, as with: timedatectl set-ntp true`
}

/** `40 s`, `12 min`, `8 h`. */
function roughly(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

function httpWords({httpStatus, contentType}: {httpStatus: number; contentType: string}): string {
  return `HTTP ${httpStatus}, ${escapeControls(contentType, {keepLineBreaks: false})}`
}

function networkHint(errno: string, endpoint: string): string | undefined {
  const {host, protocol} = new URL(endpoint)
  if (errno === 'ENOTFOUND') return 'Check --region and --endpoint.'
  if (errno === 'ECONNREFUSED') return `Nothing listens at ${host}. Check --endpoint, or start it: assist server start`
  if (/ALTNAME|HAS_EXPIRED|NOT_YET_VALID/.test(errno)) return undefined
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(errno)) {
    return 'If it has an authority of its own, name its certificate file: --ca-file ca.pem, or: assist configure set ca-file=ca.pem'
  }
  if (protocol === 'http:' && /^(HPE_|ECONNRESET|EPIPE)/.test(errno)) {
    return `If it speaks TLS, say so in the address: https://${host}`
  }
  if (protocol === 'https:' && /^(EPROTO|ERR_SSL)/.test(errno)) {
    return `If it speaks plain http, say so in the address: http://${host}`
  }
  return undefined
}
