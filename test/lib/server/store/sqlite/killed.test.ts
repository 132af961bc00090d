import {spawn} from 'node:child_process'
import {existsSync, mkdirSync, rmSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {build} from 'esbuild'
import {sql} from 'kysely'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {openSqlite} from '../../../../../src/lib/server/store/sqlite/open.ts'
import {tempFolder} from '../../../../support/temp-folder.ts'

const ROOT = resolve(import.meta.dirname, '../../../../..')
/** Inside the project, so that the program finds its packages. */
const BUILT = join(ROOT, 'node_modules', '.cache', `assist-killed-${process.pid}`)
const PROGRAM = join(BUILT, 'write.mjs')
const LOOPS = 8

beforeAll(async () => {
  mkdirSync(BUILT, {recursive: true})
  await build({
    entryPoints: [join(ROOT, 'test/fixtures/write-until-killed.ts')],
    outfile: PROGRAM,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  })
})

afterAll(() => rmSync(BUILT, {recursive: true, force: true}))

/** Numbers acknowledged until it was killed, `ms` after the first. */
async function writeAndKill(file: string, from: number, ms: number): Promise<number[]> {
  const child = spawn(process.execPath, [PROGRAM, file, String(from)], {stdio: ['ignore', 'pipe', 'inherit']})
  let text = ''
  child.stdout.on('data', (data) => {
    if (text === '') setTimeout(() => child.kill('SIGKILL'), ms)
    text += data
  })
  await new Promise((done) => child.on('close', done))
  return text.split('\n').slice(0, -1).map(Number)
}

describe('a database whose process is killed (F4)', () => {
  it(`is sound and has every acknowledged row, ${LOOPS} times in a row`, async () => {
    const file = join(tempFolder(), 'assist.db')
    const acknowledged: number[] = []
    for (let loop = 0; loop < LOOPS; loop++) {
      const numbers = await writeAndKill(file, loop * 1_000_000, 20 + Math.random() * 150)
      expect(numbers.length).toBeGreaterThan(0)
      acknowledged.push(...numbers)
      const db = await openSqlite(file)
      const check = await sql<{integrity_check: string}>`pragma integrity_check`.execute(db.read)
      expect(check.rows).toEqual([{integrity_check: 'ok'}])
      const rows = await db.read.selectFrom('audit').select('at_ms').execute()
      const stored = new Set(rows.map(({at_ms}) => at_ms))
      expect(acknowledged.filter((number) => !stored.has(number))).toEqual([])
      await db.close()
    }
  }, 60_000)
})

describe('an acknowledged write', () => {
  it('has reached the disk: both connections are set so, whatever the file said before', async () => {
    const db = await openSqlite(join(tempFolder(), 'assist.db'))
    const synchronous = sql<{synchronous: number}>`pragma synchronous`
    const [read, write] = [await synchronous.execute(db.read), await db.write((tx) => synchronous.execute(tx))]
    expect([read.rows, write.rows]).toEqual([[{synchronous: 2}], [{synchronous: 2}]])
    await db.close()
  })
})

describe('a database that is being made', () => {
  it('is made once when two processes start at the same time', async () => {
    for (let loop = 0; loop < 3; loop++) {
      const file = join(tempFolder(), 'assist.db')
      const both = await Promise.all([writeAndKill(file, 0, 50), writeAndKill(file, 1_000_000, 50)])
      expect(both.map((numbers) => numbers.length > 0)).toEqual([true, true])
    }
  })

  it('is usable after its maker was killed midway', async () => {
    for (let loop = 0; loop < 4; loop++) {
      const file = join(tempFolder(), 'assist.db')
      const child = spawn(process.execPath, [PROGRAM, file, '0'], {stdio: 'ignore'})
      const ended = new Promise((done) => child.on('close', done))
      while (!existsSync(`${file}-wal`) && child.exitCode === null) await new Promise((done) => setTimeout(done, 1))
      await new Promise((done) => setTimeout(done, loop * 3))
      child.kill('SIGKILL')
      await ended
      const db = await openSqlite(file)
      expect(await db.read.selectFrom('instances').selectAll().execute()).toEqual([])
      await db.close()
    }
  })
})
