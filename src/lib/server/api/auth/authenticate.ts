import type {Clock} from '../../../core/clock.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {isSameSignature} from '../../../protocol/ecs/signature.ts'
import type {ServerDeps} from '../../deps.ts'
import {createGuesses, type Guess, type Guesses} from '../../guesses.ts'
import {CLOCK_WINDOW_MS, NONCE_KEPT_MS} from '../../rules/clock-window.ts'
import {reserveNonce} from '../../store/calls/nonces.ts'
import type {RpcRequest} from '../request.ts'
import type {Claim} from './claim.ts'
import {createKeyFinder, type KeyFinder} from './key-finder.ts'
import {createRecentNonces} from './recent-nonces.ts'
import {claimV1, isSignedV1} from './signature-v1.ts'
import {claimV3, isSignedV3} from './signature-v3.ts'

export interface Caller {
  accountId: string
  accessKeyId: string
}

export type Authenticate = (request: RpcRequest, source: string) => Promise<Caller>

/** What is used up by one request. */
interface Signed {
  accessKeyId: string
  nonce: string
  /** Unix ms. */
  signedAtMs: number
}

/**
 * Finds out who sent a request, and that it was sent once. The nonce is kept only after the signature was found right, so that
 * strangers cannot fill the memory. That of a call that changes something is stored in the database, so that a replay fails after a
 * restart and at another replica too; that of a mere look is not: it must work while nothing can be stored.
 */
export function createAuthenticate(deps: ServerDeps): Authenticate {
  const keys = createKeyFinder(deps)
  const recent = createRecentNonces(NONCE_KEPT_MS)
  const guesses = createGuesses(deps)
  return async (request, source) => {
    const {accountId, ...signed} = await checkSignature({clock: deps.clock, keys, guesses}, request, source)
    const isNew = recent.reserve(signed.accessKeyId, signed.nonce, deps.clock.monotonic())
    if (!isNew) throw new Fault('SignatureNonceUsed')
    if (!isReadOnly(request)) await useOnce(deps, signed)
    return {accountId, accessKeyId: signed.accessKeyId}
  }
}

/** @throws Fault unless a key of ours that is in use signed the request, now. */
async function checkSignature(
  deps: {clock: Clock; keys: KeyFinder; guesses: Guesses},
  request: RpcRequest,
  source: string,
): Promise<Caller & Signed> {
  const claim = claimOf(request)
  const signedAtMs = checkTimestamp(claim.timestamp, deps.clock.now())
  checkNonce(claim.nonce)
  if (claim.securityToken !== '') throw new Fault('InvalidSecurityToken.NotFound')
  // Only whoever was wrong waits, and only for the key they claim: others behind the same address must not suffer.
  const guess: Guess = {source, kind: 'AccessKey', id: claim.accessKeyId}
  const waitMs = deps.guesses.waitMs(guess)
  if (waitMs > 0) {
    throw new Fault('Throttling', 'Too many wrong signatures for this access key from here; try again later.', {
      retryAfterMs: waitMs,
    })
  }
  const key = await deps.keys.find(claim.accessKeyId)
  if (!key) {
    await deps.guesses.wrong(guess, 'InvalidAccessKeyId.NotFound')
    throw new Fault('InvalidAccessKeyId.NotFound')
  }
  if (!isSameSignature(claim.signature, claim.expected(key.secret))) {
    await deps.guesses.wrong(guess, 'SignatureDoesNotMatch')
    throw mismatch(claim.stringToSign())
  }
  if (key.disabled) throw new Fault('Forbidden.AccessKeyDisabled')
  return {accountId: key.accountId, accessKeyId: key.accessKeyId, nonce: claim.nonce, signedAtMs}
}

/** What a caller compares with its own; beyond that, sending it back would only cost. */
const MOST_SHOWN = 8192

/** The wording is what the official Python SDK looks for. */
function mismatch(stringToSign: string): Fault {
  const shown =
    stringToSign.length <= MOST_SHOWN
      ? stringToSign
      : `${stringToSign.slice(0, MOST_SHOWN)}… (${stringToSign.length} characters)`
  return new Fault(
    'SignatureDoesNotMatch',
    `Specified signature is not matched with our calculation. server string to sign is:${shown}`,
  )
}

/** @throws Fault when it was used before, or when nobody can tell. */
async function useOnce({db, clock}: ServerDeps, signed: Signed): Promise<void> {
  const answer = await db.write((tx) => reserveNonce(tx, {...signed, nowMs: clock.now()}))
  if (answer === 'used') throw new Fault('SignatureNonceUsed')
  if (answer === 'forgotten') throw new Fault('InvalidTimeStamp.Expired', SET_BACK)
}

/** The clock of the server was put right, or is wrong: whoever runs it is told more by its log. */
const SET_BACK =
  "The server's clock was set back. It does not know any more what was called at the time of this request, so it takes none that changes something."

/** By both places in which the action may be named, since nobody has compared them yet. */
function isReadOnly({headers, parameters}: RpcRequest): boolean {
  const names = [headers['x-acs-action'], parameters.get('Action')].filter((name) => name !== undefined)
  return names.length > 0 && names.every((name) => name.startsWith('Describe'))
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

/** @returns when it was signed, Unix ms. */
function checkTimestamp(text: string, nowMs: number): number {
  const timeMs = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN
  // Date.parse takes 24:00:00 and, on some platforms, the 30th of February.
  if (Number.isNaN(timeMs) || new Date(timeMs).toISOString().slice(0, 19) !== text.slice(0, 19)) {
    throw new Fault('InvalidTimeStamp.Format')
  }
  if (Math.abs(timeMs - nowMs) <= CLOCK_WINDOW_MS) return timeMs
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
