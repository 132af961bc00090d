import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openSqlite} from '../../../../../src/lib/server/store/sqlite/open.ts'
import {tempFolder} from '../../../../support/temp-folder.ts'

describe('writes that follow each other', () => {
  it('let everybody else have a turn between them', async () => {
    const db = await openSqlite(join(tempFolder(), 'assist.db'))
    let turns = 0
    let going = true
    const turn = (): void => {
      turns += 1
      if (going) setImmediate(turn)
    }
    setImmediate(turn)
    for (let index = 0; index < 20; index++) {
      await db.write((tx) =>
        tx
          .insertInto('nonces')
          .values({access_key_id: 'a', nonce: String(index), expires_at_ms: 1})
          .execute(),
      )
    }
    going = false
    expect(turns).toBeGreaterThanOrEqual(19)
    await db.close()
  })
})
