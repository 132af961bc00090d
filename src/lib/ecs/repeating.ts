import {backoffMs} from '../core/backoff.ts'
import type {RpcReply} from './wire/rpc.ts'

export const MOST_TRIES = 5

const WITH_CLIENT_TOKEN: readonly string[] = [
  'CreateCommand',
  'InvokeCommand',
  'RunCommand',
  'ModifyInvocationAttribute',
  'SendFile',
  'StartTerminalSession',
  'CreateActivation',
  'DeregisterManagedInstance',
]

/** Doing these twice leaves what doing them once leaves. */
const HARMLESS_TWICE: readonly string[] = [
  'StopInvocation',
  'DeleteCommand',
  'ModifyCommand',
  'ModifyManagedInstance',
  'ModifyCloudAssistantSettings',
  'DisableActivation',
  'DeleteActivation',
  'EndTerminalSession',
  'InstallCloudAssistant',
  'TagResources',
  'UntagResources',
]

export function takesClientToken(action: string): boolean {
  return WITH_CLIENT_TOKEN.includes(action)
}

/** Whether a call whose fate is unknown may be sent again. */
export function mayRepeat(action: string, call: {write: boolean; hasToken: boolean}): boolean {
  if (call.hasToken && takesClientToken(action)) return true
  if (HARMLESS_TWICE.includes(action)) return true
  return !call.write && /^(Describe|List|Get|Query)/.test(action)
}

/** Errors of the network that the next try meets again. */
const LASTING = /^(ENOTFOUND|ERR_PROXY|EPROTO|HPE_.*|UNABLE_TO_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*)$|CERT|SSL|TLS/

const BASE_MS = 200
const CAP_MS = 5_000
const LONGEST_WAIT_MS = 60_000

/** How long to wait before trying again; undefined: this was the last word. `attempt` counts from 1. */
export function waitBeforeRepeat(
  reply: RpcReply,
  attempt: number,
  call: {repeatable: boolean; random: () => number; mostTries?: number | undefined},
): number | undefined {
  if (attempt >= (call.mostTries ?? MOST_TRIES)) return undefined
  const backoff = backoffMs(attempt, {baseMs: BASE_MS, capMs: CAP_MS}, call.random)
  switch (reply.kind) {
    case 'answer':
    case 'aborted':
      return undefined
    case 'network':
      if (LASTING.test(reply.errno)) return undefined
      return call.repeatable || !reply.sent ? backoff : undefined
    case 'unreadable':
      return call.repeatable && reply.httpStatus >= 500 ? backoff : undefined
    case 'fault':
      // A throttled call was not carried out.
      if (reply.code.includes('Throttling')) return Math.min(reply.retryAfterMs ?? backoff, LONGEST_WAIT_MS)
      if (reply.code === 'IdempotentProcessing') return reply.retryAfterMs ?? backoff
      return call.repeatable && reply.httpStatus >= 500
        ? Math.min(reply.retryAfterMs ?? backoff, LONGEST_WAIT_MS)
        : undefined
  }
}
