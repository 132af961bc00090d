import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {assist, PROJECT, tempFolder} from '../support/cli.ts'

const folder = tempFolder()
afterAll(async () => {
  await assist(['local', 'down', '--force'], {home: folder.path})
  folder.remove()
})

/** Starts the CLI with some of its standard streams closed, as cron and some service managers do. */
async function closed(streams: string, args: readonly string[]): Promise<number | null> {
  const command = `exec "$@" ${streams}`
  const child = spawn('sh', ['-c', command, 'sh', process.execPath, join(PROJECT, 'bin/run.js'), ...args], {
    cwd: folder.path,
    env: {PATH: process.env.PATH, HOME: folder.path, ASSIST_HOME: folder.path, TZ: 'UTC'},
    stdio: 'ignore',
  })
  const [code] = await once(child, 'close')
  return code
}

describe('a start with closed streams', () => {
  it.each(['<&-', '>&-', '2>&-', '<&- >&- 2>&-'])(
    '%s starts the local plane and keeps the exit code',
    async (streams) => {
      expect(await closed(streams, ['run', '--profile', 'local', 'echo 1; exit 3'])).toBe(3)
      expect(await closed(streams, ['--help'])).toBe(0)
      expect(await closed(streams, ['local', 'down'])).toBe(0)
    },
  )
})
