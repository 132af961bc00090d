import {LIMITS} from '../../../protocol/ecs/limits.ts'
import type {Tx} from '../database.ts'

/** How long the first answer to a token is repeated. */
export const CLIENT_TOKEN_MS = LIMITS.clientTokenHours * 3_600_000

export type Reservation = {state: 'first'} | {state: 'repeated'; responseJson: string} | {state: 'taken'}

/**
 * Takes a token for this request, or tells what came of it before. The row is written first, so that of two transactions at once
 * the second waits for the first at the unique key. `taken`: it belongs to another request.
 */
export async function reserveClientToken(
  tx: Tx,
  request: {accountId: string; token: string; requestHash: string; nowMs: number},
): Promise<Reservation> {
  const fresh = {request_hash: request.requestHash, response_json: '', created_at_ms: request.nowMs}
  const done = await tx
    .insertInto('client_tokens')
    .values({account_id: request.accountId, token: request.token, ...fresh})
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'token'])
        .doUpdateSet(fresh)
        .where('client_tokens.created_at_ms', '<=', request.nowMs - CLIENT_TOKEN_MS),
    )
    .executeTakeFirst()
  if (done.numInsertedOrUpdatedRows === 1n) return {state: 'first'}
  const row = await tx
    .selectFrom('client_tokens')
    .select(['request_hash', 'response_json'])
    .where('account_id', '=', request.accountId)
    .where('token', '=', request.token)
    .executeTakeFirstOrThrow()
  return row.request_hash === request.requestHash
    ? {state: 'repeated', responseJson: row.response_json}
    : {state: 'taken'}
}

/** Keeps the first answer; in the transaction that reserved the token. */
export async function keepAnswer(tx: Tx, accountId: string, token: string, responseJson: string): Promise<void> {
  await tx
    .updateTable('client_tokens')
    .set({response_json: responseJson})
    .where('account_id', '=', accountId)
    .where('token', '=', token)
    .execute()
}
