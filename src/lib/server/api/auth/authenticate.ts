import {Fault} from '../../../protocol/ecs/faults.ts'
import {isSameSignature} from '../../../protocol/ecs/signature.ts'
import type {ServerDeps} from '../../deps.ts'
import {reserveNonce} from '../../store/calls/nonces.ts'
import type {RpcRequest} from '../request.ts'
import type {Claim} from './claim.ts'
import type {KeyFinder} from './key-finder.ts'
import {claimV1, isSignedV1} from './signature-v1.ts'
import {claimV3, isSignedV3} from './signature-v3.ts'

export interface Caller {
  accountId: string
  accessKeyId: string
}

/** A time stamp may differ by this much from our clock, either way. */
const WINDOW_MS = 15 * 60_000
/** A nonce must be remembered for as long as its time stamp could be accepted: twice the window, and a minute to spare. */
const NONCE_KEPT_MS = 31 * 60_000

/**
 * Finds out who sent a request, and that it was sent once. The nonce is stored only after the signature was found right, so that
 * strangers cannot fill the table, and in the database, so that a replay to another replica fails too.
 * @throws Fault
 */
export async function authenticate(
  deps: Pick<ServerDeps, 'db' | 'clock'>,
  keys: KeyFinder,
  request: RpcRequest,
): Promise<Caller> {
  const claim = claimOf(request)
  checkTimestamp(claim.timestamp, deps.clock.now())
  checkNonce(claim.nonce)
  if (claim.securityToken !== '') throw new Fault('InvalidSecurityToken.NotFound')
  const key = await keys.find(claim.accessKeyId)
  if (!key) throw new Fault('InvalidAccessKeyId.NotFound')
  if (!isSameSignature(claim.signature, claim.expected(key.secret))) {
    // The wording is what the official Python SDK looks for.
    throw new Fault(
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${claim.stringToSign}`,
    )
  }
  if (key.disabled) throw new Fault('Forbidden.AccessKeyDisabled')
  const nowMs = deps.clock.now()
  const isNew = await deps.db.write((tx) =>
    reserveNonce(tx, {accessKeyId: key.accessKeyId, nonce: claim.nonce, nowMs, expiresAtMs: nowMs + NONCE_KEPT_MS}),
  )
  if (!isNew) throw new Fault('SignatureNonceUsed')
  return {accountId: key.accountId, accessKeyId: key.accessKeyId}
}

function claimOf(request: RpcRequest): Claim {
  const v1 = isSignedV1(request)
  const v3 = isSignedV3(request)
  if (v1 && v3) throw new Fault('IncompleteSignature', 'The request carries both a V1 and a V3 signature; send one.')
  if (v3) return claimV3(request)
  if (v1) return claimV1(request)
  throw new Fault('MissingParameter.AccessKeyId', 'The request is not signed.')
}

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/

function checkTimestamp(text: string, nowMs: number): void {
  const timeMs = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN
  // Date.parse takes 24:00:00 and, on some platforms, the 30th of February.
  if (Number.isNaN(timeMs) || new Date(timeMs).toISOString().slice(0, 19) !== text.slice(0, 19)) {
    throw new Fault('InvalidTimeStamp.Format')
  }
  if (Math.abs(timeMs - nowMs) <= WINDOW_MS) return
  const seconds = Math.round(Math.abs(timeMs - nowMs) / 1000)
  const direction = timeMs < nowMs ? 'behind' : 'ahead of'
  throw new Fault(
    'InvalidTimeStamp.Expired',
    `The clock differs by ${seconds} s: the time stamp is ${direction} the server's time ${new Date(nowMs).toISOString().slice(0, 19)}Z by more than 15 minutes.`,
  )
}

function checkNonce(nonce: string): void {
  if (!/^[\x21-\x7e]{1,128}$/.test(nonce)) {
    throw new Fault('InvalidParameter.SignatureNonce', 'The nonce must be 1 to 128 printable ASCII characters.')
  }
}
