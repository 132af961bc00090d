import {join} from 'node:path'
import {sql} from 'kysely'
import {describe, expect, it} from 'vitest'
import {openSqlite} from '../../../../../src/lib/server/store/sqlite/open.ts'
import {tempFolder} from '../../../../support/temp-folder.ts'

async function open() {
  const db = await openSqlite(join(tempFolder(), 'assist.db'))
  const add = (nonce: string): Promise<unknown> =>
    db.write((tx) => tx.insertInto('nonces').values({access_key_id: 'a', nonce, expires_at_ms: 1}).execute())
  const names = async (): Promise<string[]> =>
    (await db.read.selectFrom('nonces').select('nonce').orderBy('nonce').execute()).map(({nonce}) => nonce)
  return {db, add, names}
}

describe('a statement that is used again', () => {
  it('sees what was written since, by the same and by another connection', async () => {
    const {db, add, names} = await open()
    const seen: string[][] = []
    for (const nonce of ['1', '2', '3']) {
      await add(nonce)
      seen.push(await names())
    }
    expect(seen).toEqual([['1'], ['1', '2'], ['1', '2', '3']])
    await db.close()
  })

  it('works after it has failed', async () => {
    const {db, add, names} = await open()
    await add('1')
    await expect(add('1')).rejects.toThrow(/UNIQUE/)
    await add('2')
    await expect(add('2')).rejects.toMatchObject({code: expect.stringMatching(/^SQLITE_CONSTRAINT/)})
    expect(await names()).toEqual(['1', '2'])
    await db.close()
  })

  it('reads any number of rows, and none of the time before', async () => {
    const {db, add, names} = await open()
    for (let count = 1; count <= 201; count++) {
      await add(String(count).padStart(3, '0'))
      expect((await names()).length).toBe(count)
    }
    await db.write((tx) => tx.deleteFrom('nonces').execute())
    expect(await names()).toEqual([])
    await db.close()
  })

  it('lets the log be folded into the file: a read that is over holds nothing', async () => {
    const {db, add, names} = await open()
    await add('1')
    await names()
    const {rows} = await sql<{
      busy: number
      log: number
      checkpointed: number
    }>`pragma wal_checkpoint(truncate)`.execute(db.read)
    expect(rows).toEqual([{busy: 0, log: 0, checkpointed: 0}])
    await db.close()
  })

  it('hands bytes back as bytes', async () => {
    const {db} = await open()
    const row = await sql<{bytes: Uint8Array; none: Uint8Array}>`select x'00ff61' as bytes, x'' as none`.execute(
      db.read,
    )
    expect(row.rows[0]?.bytes).toBeInstanceOf(Uint8Array)
    expect([...(row.rows[0]?.bytes ?? [])]).toEqual([0, 255, 97])
    expect(row.rows[0]?.none).toHaveLength(0)
    await db.close()
  })
})
