import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from 'vitest'
import {loadLibsql} from '../../../../../src/lib/server/store/sqlite/engine.ts'
import {findNodeSqlite} from '../../../../../src/lib/server/store/sqlite/node-sqlite.ts'
import {openSqlite} from '../../../../../src/lib/server/store/sqlite/open.ts'
import {storeContract} from '../../../../support/store-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'assist-contract-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

storeContract('libsql', async () => openSqlite(join(folder, 'libsql.db'), await loadLibsql()))

const ours = findNodeSqlite()
if (ours) storeContract("Node's own SQLite", () => openSqlite(join(folder, 'node.db'), ours))
