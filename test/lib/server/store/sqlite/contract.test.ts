import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from 'vitest'
import {openSqlite} from '../../../../../src/lib/server/store/sqlite/open.ts'
import {storeContract} from '../../../../support/store-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'assist-contract-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

storeContract('SQLite', () => openSqlite(join(folder, 'assist.db')))
