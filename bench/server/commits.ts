// How many durable commits of one small row a second the disk takes, one after the other.
import {appendAudit} from '../../src/lib/server/store/calls/audit.ts'
import {openSqlite} from '../../src/lib/server/store/sqlite/open.ts'

const [file = '', ms = '1500'] = process.argv.slice(2)
const db = await openSqlite(file)
const began = performance.now()
let commits = 0
while (performance.now() - began < Number(ms)) {
  const entry = {accountId: 'a', caller: 'c', action: 'Bench', targets: [], requestId: String(commits), source: ''}
  await db.write((tx) => appendAudit(tx, {...entry, atMs: commits}))
  commits++
}
process.stdout.write(JSON.stringify({commits, ms: performance.now() - began}))
await db.close()
