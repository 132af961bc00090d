import type {Tx} from '../database.ts'

/** False when this key has used the nonce before and it has not expired. Expired rows may still lie about: they do not count. */
export async function reserveNonce(
  tx: Tx,
  nonce: {accessKeyId: string; nonce: string; nowMs: number; expiresAtMs: number},
): Promise<boolean> {
  const done = await tx
    .insertInto('nonces')
    .values({access_key_id: nonce.accessKeyId, nonce: nonce.nonce, expires_at_ms: nonce.expiresAtMs})
    .onConflict((conflict) =>
      conflict
        .columns(['access_key_id', 'nonce'])
        .doUpdateSet({expires_at_ms: nonce.expiresAtMs})
        .where('nonces.expires_at_ms', '<', nonce.nowMs),
    )
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}
