import {resolve} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {
  type AccessKeySummary,
  createAccessKey,
  disableAccessKey,
  listAccessKeys,
} from '../../server/store/calls/access-keys.ts'
import {openServerStore, type ServerStore} from '../../server/store/open-store.ts'
import {systemClock} from '../../system/clock.ts'
import {randomBytes} from '../../system/random.ts'

export interface CreatedKey {
  accessKeyId: string
  accessKeySecret: string
}

/** Works beside a running server. @throws AssistError (config) */
export async function createServerKey(
  dataDir: string,
  input: {account: string; description: string},
): Promise<CreatedKey> {
  return withStore(dataDir, async ({db, secrets}) => {
    const {accessKeyId, secret} = await db.write((tx) =>
      createAccessKey(
        tx,
        {secrets, randomBytes},
        {accountId: input.account, description: input.description, nowMs: systemClock.now()},
      ),
    )
    return {accessKeyId, accessKeySecret: secret}
  })
}

export function listServerKeys(dataDir: string): Promise<AccessKeySummary[]> {
  return withStore(dataDir, ({db}) => listAccessKeys(db.read))
}

/** Takes effect within seconds on every running server. @throws AssistError (refused) when there is no such key. */
export async function disableServerKey(dataDir: string, accessKeyId: string): Promise<void> {
  const isDone = await withStore(dataDir, ({db}) => db.write((tx) => disableAccessKey(tx, accessKeyId)))
  if (isDone) return
  throw new AssistError('refused', `there is no key ${quote(accessKeyId)} in ${dataDir}`, {
    hint: 'See: assist server key list',
  })
}

async function withStore<T>(dataDir: string, work: (store: ServerStore) => Promise<T>): Promise<T> {
  const store = await openServerStore(resolve(dataDir), randomBytes)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
