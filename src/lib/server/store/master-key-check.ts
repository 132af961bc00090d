import {AssistError} from '../../core/errors.ts'
import type {Database} from './database.ts'
import type {SecretBox} from './secret-box.ts'

const SEALED = 'sealed by the master key of this database'

/** Whether a server has sealed anything here before. */
export async function isSealed({read}: Database): Promise<boolean> {
  return (await readSeal(read)) !== undefined
}

/**
 * Makes sure that the key is the one that all servers on this database share.
 * @throws AssistError (config) naming the file when it is another.
 */
export async function checkMasterKey(db: Database, secrets: SecretBox, keyFile: string): Promise<void> {
  if (!(await isSealed(db))) {
    const row = {name: 'master key' as const, value: secrets.seal(SEALED)}
    await db.write((tx) =>
      tx
        .insertInto('facts')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute(),
    )
  }
  try {
    if (secrets.open((await readSeal(db.read)) ?? '') === SEALED) return
  } catch {}
  throw new AssistError('config', `${keyFile} is not the key by which the secrets in this database are sealed`, {
    hint: 'Copy master.key from the data folder of the server that made the database; all its servers share it.',
  })
}

async function readSeal(read: Database['read']): Promise<string | undefined> {
  const row = await read.selectFrom('facts').select('value').where('name', '=', 'master key').executeTakeFirst()
  return row?.value
}
