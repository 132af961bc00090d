import type {RandomBytes} from '../../../core/ids.ts'
import {randomText} from '../../../core/random-text.ts'
import type {Reader, Tx} from '../database.ts'
import type {SecretBox} from '../secret-box.ts'

/** With its secret: for checking signatures only. */
export interface AccessKey {
  accessKeyId: string
  accountId: string
  secret: string
  disabled: boolean
}

/** A key as it may be shown: without its secret. */
export interface AccessKeySummary {
  accessKeyId: string
  accountId: string
  description: string
  disabled: boolean
  createdAtMs: number
}

/** Makes a key for an account. The secret is returned here and never again. */
export async function createAccessKey(
  tx: Tx,
  deps: {secrets: SecretBox; randomBytes: RandomBytes},
  input: {accountId: string; description: string; nowMs: number},
): Promise<{accessKeyId: string; secret: string}> {
  const accessKeyId = `LTAI${randomText(20, deps.randomBytes)}`
  const secret = randomText(30, deps.randomBytes)
  await tx
    .insertInto('access_keys')
    .values({
      access_key_id: accessKeyId,
      account_id: input.accountId,
      secret_sealed: deps.secrets.seal(secret),
      description: input.description,
      disabled: 0,
      created_at_ms: input.nowMs,
    })
    .execute()
  return {accessKeyId, secret}
}

/** Oldest first; of one account, or of all. */
export async function listAccessKeys(db: Reader, accountId?: string): Promise<AccessKeySummary[]> {
  const rows = await db
    .selectFrom('access_keys')
    .select(['access_key_id', 'account_id', 'description', 'disabled', 'created_at_ms'])
    .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId ?? ''))
    .orderBy('created_at_ms')
    .orderBy('access_key_id')
    .execute()
  return rows.map((row) => ({
    accessKeyId: row.access_key_id,
    accountId: row.account_id,
    description: row.description,
    disabled: row.disabled === 1,
    createdAtMs: row.created_at_ms,
  }))
}

/** False when there is no such key. A server that has used the key lately takes it for some seconds more. */
export async function disableAccessKey(tx: Tx, accessKeyId: string): Promise<boolean> {
  const done = await tx
    .updateTable('access_keys')
    .set({disabled: 1})
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/** A key with its secret. `undefined`: there is no such key. */
export async function readAccessKey(
  deps: {db: {read: Reader}; secrets: SecretBox},
  accessKeyId: string,
): Promise<AccessKey | undefined> {
  const row = await deps.db.read
    .selectFrom('access_keys')
    .selectAll()
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    accessKeyId: row.access_key_id,
    accountId: row.account_id,
    secret: deps.secrets.open(row.secret_sealed),
    disabled: row.disabled === 1,
  }
}
