import {CLOCK_WINDOW_MS, NONCE_KEPT_MS} from '../../rules/clock-window.ts'
import type {Tx} from '../database.ts'
import {keptQuery} from '../kept-query.ts'
import {raiseMark, readMark} from '../marks.ts'

/** `used`: this key has used the nonce before. `forgotten`: it may have, but it was so long ago that nobody knows any more. */
export type NonceAnswer = 'new' | 'used' | 'forgotten'

const ROWS_AT_ONCE = 1000

/** Expired rows may still lie about: they do not count. */
export async function reserveNonce(
  tx: Tx,
  nonce: {accessKeyId: string; nonce: string; signedAtMs: number; nowMs: number},
): Promise<NonceAnswer> {
  const forgottenMs = await readMark(tx, 'forgotten')
  if (forgottenMs !== undefined && nonce.signedAtMs <= forgottenMs) return 'forgotten'
  const expiresAtMs = nonce.nowMs + NONCE_KEPT_MS
  const {accessKeyId, nowMs} = nonce
  const done = await RESERVE(tx, {accessKeyId, nonce: nonce.nonce, nowMs, expiresAtMs})
  return done.numAffectedRows === 1n ? 'new' : 'used'
}

const RESERVE = keptQuery((db, of: {accessKeyId: string; nonce: string; nowMs: number; expiresAtMs: number}) =>
  db
    .insertInto('nonces')
    .values({access_key_id: of.accessKeyId, nonce: of.nonce, expires_at_ms: of.expiresAtMs})
    .onConflict((conflict) =>
      conflict
        .columns(['access_key_id', 'nonce'])
        .doUpdateSet({expires_at_ms: of.expiresAtMs})
        .where('nonces.expires_at_ms', '<', of.nowMs),
    ),
)

/**
 * Deletes some that have expired, and marks up to when their requests may have been signed: were the clock set back, those could come
 * again. Returns how many went.
 */
export async function pruneNonces(tx: Tx, beforeMs: number): Promise<number> {
  const old = await tx
    .selectFrom('nonces')
    .select('expires_at_ms')
    .where('expires_at_ms', '<', beforeMs)
    .orderBy('expires_at_ms')
    .limit(ROWS_AT_ONCE)
    .execute()
  const last = old.at(-1)
  if (last === undefined) return 0
  const {numDeletedRows} = await tx
    .deleteFrom('nonces')
    .where('expires_at_ms', '<=', last.expires_at_ms)
    .executeTakeFirst()
  await raiseMark(tx, 'forgotten', Number(last.expires_at_ms) - NONCE_KEPT_MS + CLOCK_WINDOW_MS)
  return Number(numDeletedRows)
}
