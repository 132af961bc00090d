import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {createKeyFinder} from '../../../../../src/lib/server/api/auth/key-finder.ts'
import {
  createAccessKey,
  disableAccessKey,
  listAccessKeys,
} from '../../../../../src/lib/server/store/calls/access-keys.ts'
import {startTestServer, type TestServer} from '../../../../support/rpc-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe('access keys', () => {
  it('are made with a secret that is sealed in the database and never listed', async () => {
    const {db} = server.deps
    const made = await db.write((tx) => createAccessKey(tx, server.deps, {accountId: '7', description: 'CI', nowMs: 5}))
    expect(made.accessKeyId).toMatch(/^LTAI[A-Za-z0-9]{20}$/)
    expect(made.secret).toMatch(/^[A-Za-z0-9]{30}$/)
    const listed = await listAccessKeys(db.read, '7')
    expect(listed).toEqual([
      {accessKeyId: made.accessKeyId, accountId: '7', description: 'CI', disabled: false, createdAtMs: 5},
    ])
    const stored = JSON.stringify(await db.read.selectFrom('access_keys').selectAll().execute())
    expect(stored).not.toContain(made.secret)
    expect(await createKeyFinder(server.deps).find(made.accessKeyId)).toEqual({
      accessKeyId: made.accessKeyId,
      accountId: '7',
      secret: made.secret,
      disabled: false,
    })
    expect((await listAccessKeys(db.read)).length).toBeGreaterThan(1)
  })

  it('can be disabled once they exist', async () => {
    const {db} = server.deps
    const {accessKeyId} = await server.addKey('8')
    expect(await db.write((tx) => disableAccessKey(tx, accessKeyId))).toBe(true)
    expect(await db.write((tx) => disableAccessKey(tx, 'LTAIx'))).toBe(false)
    expect(await listAccessKeys(db.read, '8')).toMatchObject([{accessKeyId, disabled: true}])
  })

  it('are found as soon as they are made, also after they were looked for in vain', async () => {
    const finder = createKeyFinder(server.deps)
    expect(await finder.find('LTAIlater')).toBeUndefined()
    await server.deps.db.write((tx) =>
      tx
        .insertInto('access_keys')
        .values({
          access_key_id: 'LTAIlater',
          account_id: '9',
          secret_sealed: server.deps.secrets.seal('s'),
          description: '',
          disabled: 0,
          created_at_ms: 0,
        })
        .execute(),
    )
    expect(await finder.find('LTAIlater')).toMatchObject({accountId: '9', secret: 's'})
  })
})
