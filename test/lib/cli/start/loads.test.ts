import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {assist, tempFolder} from '../../../support/cli.ts'

const folder = tempFolder()
afterAll(() => folder.remove())

const hook = join(folder.path, 'hook.cjs')
writeFileSync(
  hook,
  `process.on('exit', () => {
    const names = process.moduleLoadList.map((name) => name.replace(/^NativeModule /, ''))
    process.stderr.write('loaded: ' + JSON.stringify(names))
  })`,
)

/** Parts of Node that take milliseconds of a start; whoever needs one loads it then. */
const SLOW = ['stream', 'net', 'http', 'https', 'tls', 'crypto', 'child_process', 'zlib', 'worker_threads']

describe('a start', () => {
  it.each([
    {words: ['--version']},
    {words: ['--help']},
    {words: ['run', '--help']},
    {words: ['whoami']},
    {words: ['cron', '0 30 21 * * *']},
    {words: ['configure', 'list']},
    {words: ['exit-codes']},
    {words: ['local', 'status']},
  ])('of assist $words loads no part of Node that only calls need', async ({words}) => {
    const env = {
      NODE_OPTIONS: `--require ${hook}`,
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'a',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'b',
    }
    const {code, stderr} = await assist(words, {home: folder.path, env: {...env, ALIBABA_CLOUD_REGION_ID: 'cn-test'}})
    expect(code).toBe(0)
    const loaded = JSON.parse(/loaded: (.*)$/.exec(stderr)?.[1] ?? '[]') as string[]
    expect(loaded).toContain('fs')
    expect(loaded.filter((name) => SLOW.includes(name))).toEqual([])
  })
})
