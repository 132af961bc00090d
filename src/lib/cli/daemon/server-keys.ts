import {existsSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {
  type AccessKeySummary,
  createAccessKey,
  disableAccessKey,
  listAccessKeys,
} from '../../server/store/calls/access-keys.ts'
import {DATABASE_FILE} from '../../server/store/data-folder.ts'
import {openServerStore, type ServerStore, type StorePlace} from '../../server/store/open-store.ts'
import {systemClock} from '../../system/clock.ts'
import {randomBytes} from '../../system/random.ts'

export interface CreatedKey {
  accessKeyId: string
  accessKeySecret: string
}

/** Works beside a running server. @throws AssistError (config) */
export async function createServerKey(
  place: StorePlace,
  input: {account: string; description: string},
): Promise<CreatedKey> {
  return withStore(place, async ({db, secrets}) => {
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

/** @throws AssistError (config) when there is no plane, so that a misspelt folder is not made into one */
export async function listServerKeys(place: StorePlace): Promise<AccessKeySummary[]> {
  mustExist(place)
  return withStore(place, ({db}) => listAccessKeys(db.read))
}

/** Takes effect within seconds on every running server. @throws AssistError (refused) when there is no such key. */
export async function disableServerKey(place: StorePlace, accessKeyId: string): Promise<void> {
  mustExist(place)
  const isDone = await withStore(place, ({db}) => db.write((tx) => disableAccessKey(tx, accessKeyId)))
  if (isDone) return
  throw new AssistError(
    'refused',
    `there is no key ${quote(accessKeyId)} in ${place.database ? 'the database' : place.dataDir}`,
    {
      hint: 'See: assist server key list',
    },
  )
}

function mustExist({database, dataDir}: StorePlace): void {
  if (database !== undefined || existsSync(join(resolve(dataDir), DATABASE_FILE))) return
  throw new AssistError('config', `there is no control plane in ${quote(dataDir)}`, {
    hint: 'Check --data-dir. To begin one: assist server key create',
  })
}

async function withStore<T>(place: StorePlace, work: (store: ServerStore) => Promise<T>): Promise<T> {
  const store = await openServerStore({...place, dataDir: resolve(place.dataDir)}, randomBytes)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
