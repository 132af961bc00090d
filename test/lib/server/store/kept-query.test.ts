import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Database} from '../../../../src/lib/server/store/database.ts'
import {keptInsert, keptQuery} from '../../../../src/lib/server/store/kept-query.ts'
import {openSqlite} from '../../../../src/lib/server/store/sqlite/open.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

let dbs: Database[] = []
beforeAll(async () => {
  dbs = [await openSqlite(join(tempFolder(), 'a.db')), await openSqlite(join(tempFolder(), 'b.db'))]
})
afterAll(async () => {
  for (const db of dbs) await db.close()
})

const insert = keptInsert('nonces')
const row = (nonce: string, expires_at_ms = 1) => ({access_key_id: 'k', nonce, expires_at_ms})

describe('a kept query', () => {
  it('is built once per engine, and has the values of each call in their places', async () => {
    let built = 0
    const find = keptQuery((db, of: {nonce: string; most: number; extraMs: number}) => {
      built += 1
      return db
        .selectFrom('nonces')
        .select((eb) => ['nonce', eb('expires_at_ms', '+', of.extraMs).as('later')])
        .where('nonce', '>=', of.nonce)
        .orderBy('nonce')
        .limit(of.most)
    })
    for (const db of dbs) {
      await db.write((tx) => insert(tx, [row('1'), row('2', 2), row('3', 3)]))
      await db.write((tx) => insert(tx, [row('4', 4)]))
      expect((await find(db.read, {nonce: '2', most: 2, extraMs: 10})).rows).toEqual([
        {nonce: '2', later: 12},
        {nonce: '3', later: 13},
      ])
      expect((await find(db.read, {nonce: '4', most: 9, extraMs: 0})).rows).toEqual([{nonce: '4', later: 4}])
    }
    // Readers and writers of an engine are two connections; only readers were asked.
    expect(built).toBe(2)
  })

  it('sees in a transaction what that has written', async () => {
    const find = keptQuery((db, of: {nonce: string}) =>
      db.selectFrom('nonces').select('nonce').where('nonce', '=', of.nonce),
    )
    const db = dbs[0] as Database
    const seen = await db.write(async (tx) => {
      await insert(tx, [row('in')])
      return [(await find(tx, {nonce: 'in'})).rows.length, (await find(db.read, {nonce: 'in'})).rows.length]
    })
    expect(seen).toEqual([1, 0])
  })

  it('tells how many rows it changed', async () => {
    const touch = keptQuery((db, of: {toMs: number}) => db.updateTable('nonces').set({expires_at_ms: of.toMs}))
    const db = dbs[1] as Database
    expect((await db.write((tx) => touch(tx, {toMs: 7}))).numAffectedRows).toBe(4n)
  })

  it('adds nothing for no rows', async () => {
    await expect((dbs[1] as Database).write((tx) => insert(tx, []))).resolves.toBeUndefined()
  })
})
