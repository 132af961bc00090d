import {join} from 'node:path'
import {sql} from 'kysely'
import {afterEach, describe, expect, it} from 'vitest'
import type {Database} from '../../../../../src/lib/server/store/database.ts'
import {chooseEngine, type Engine, loadLibsql} from '../../../../../src/lib/server/store/sqlite/engine.ts'
import {findNodeSqlite} from '../../../../../src/lib/server/store/sqlite/node-sqlite.ts'
import {openSqlite} from '../../../../../src/lib/server/store/sqlite/open.ts'
import {whyUnavailable} from '../../../../../src/lib/server/store/unavailable.ts'
import {tempFolder} from '../../../../support/temp-folder.ts'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const hasOwn = major > 22 || (major === 22 && minor >= 13)
const engines: Array<{name: string; engine: Engine}> = [{name: 'libsql', engine: await loadLibsql()}]
const own = findNodeSqlite()
if (own) engines.push({name: 'node:sqlite', engine: own})

const opened: Database[] = []
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close()
})

async function open(engine: Engine, file = join(tempFolder(), 'assist.db')): Promise<Database> {
  const db = await openSqlite(file, engine)
  opened.push(db)
  return db
}

const add = (db: Database, nonce: string) =>
  db.write((tx) => tx.insertInto('nonces').values({access_key_id: 'a', nonce, expires_at_ms: 1}).execute())

describe('the engine', () => {
  it('is that of Node where it has one without a flag', async () => {
    expect([own !== undefined, (await chooseEngine()) !== (await loadLibsql())]).toEqual([hasOwn, hasOwn])
  })

  it('is loaded without a word', () => {
    const said: unknown[] = []
    const hear = (warning: Error) => said.push(warning.message)
    process.on('warning', hear)
    findNodeSqlite()
    process.off('warning', hear)
    expect(said).toEqual([])
  })

  describe.each(engines)('$name', ({engine}) => {
    it('hands bytes, numbers and nothing back as they were', async () => {
      const db = await open(engine)
      const text = '中文'
      const {rows} = await sql<Record<string, unknown>>`select x'00ff61' as bytes, x'' as empty, ${null} as absent,
        ${Date.UTC(2100, 0)} as moment, ${text} as words, ${Buffer.from('b')} as buffer`.execute(db.read)
      const [row] = rows
      expect([row?.bytes, row?.empty, row?.buffer].map((bytes) => [...(bytes as Uint8Array)])).toEqual([
        [0, 255, 97],
        [],
        [98],
      ])
      expect(row?.bytes).toBeInstanceOf(Uint8Array)
      expect([row?.absent, row?.moment, row?.words]).toEqual([null, Date.UTC(2100, 0), text])
    })

    it('tells how many rows changed, and returns what is asked for', async () => {
      const db = await open(engine)
      await add(db, '1')
      await add(db, '2')
      const [changed, returned] = await db.write(async (tx) => [
        await tx.updateTable('nonces').set({expires_at_ms: 2}).executeTakeFirst(),
        await tx.deleteFrom('nonces').returning('nonce').execute(),
      ])
      expect([changed.numUpdatedRows, returned.map(({nonce}) => nonce).sort()]).toEqual([2n, ['1', '2']])
    })

    it('names its errors, so that their kind is told', async () => {
      const db = await open(engine)
      await add(db, '1')
      await expect(add(db, '1')).rejects.toMatchObject({code: expect.stringMatching(/^SQLITE_CONSTRAINT/)})
      const full = db.write(async (tx) => {
        await sql`pragma max_page_count = 1`.execute(tx)
        const big = 'x'.repeat(100_000)
        await tx.insertInto('nonces').values({access_key_id: 'a', nonce: big, expires_at_ms: 1}).execute()
      })
      const error = await full.catch((reason: Error) => reason)
      expect(whyUnavailable(error as Error)).toBe('The disk of the server is full.')
    })

    it.each(engines)('reads and goes on with what $name wrote', async ({engine: other}) => {
      const file = join(tempFolder(), 'assist.db')
      const before = await openSqlite(file, other)
      await add(before, '1')
      await before.close()
      const db = await open(engine, file)
      await add(db, '2')
      expect(await db.read.selectFrom('nonces').select('nonce').orderBy('nonce').execute()).toHaveLength(2)
    })
  })
})
