import {LIMITS} from '../../../protocol/ecs/limits.ts'
import type {Tx} from '../database.ts'
import {keptQuery} from '../kept-query.ts'

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
  const done = await RESERVE(tx, {...request, oldMs: request.nowMs - CLIENT_TOKEN_MS})
  if (done.numAffectedRows === 1n) return {state: 'first'}
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

interface Token {
  accountId: string
  token: string
  requestHash: string
  nowMs: number
  oldMs: number
}

const RESERVE = keptQuery((db, of: Token) => {
  const fresh = {request_hash: of.requestHash, response_json: '', created_at_ms: of.nowMs}
  return db
    .insertInto('client_tokens')
    .values({account_id: of.accountId, token: of.token, ...fresh})
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'token']).doUpdateSet(fresh).where('client_tokens.created_at_ms', '<=', of.oldMs),
    )
})

/** Keeps the first answer; in the transaction that reserved the token. */
export async function keepAnswer(tx: Tx, accountId: string, token: string, responseJson: string): Promise<void> {
  await KEEP(tx, {accountId, token, responseJson})
}

const KEEP = keptQuery((db, of: {accountId: string; token: string; responseJson: string}) =>
  db
    .updateTable('client_tokens')
    .set({response_json: of.responseJson})
    .where('account_id', '=', of.accountId)
    .where('token', '=', of.token),
)
