import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {PROJECT, tempFolder} from '../support/cli.ts'
import {fetchNode} from './fetch-node.ts'

const BIN = join(PROJECT, 'bin/run.js')
const TOO_OLD = ['18.20.8', '20.18.3', '22.12.0']
const SUPPORTED = ['20.20.2', '22.13.1', '22.23.3', '24.21.0', '26.10.0']

const folder = tempFolder()
afterAll(() => folder.remove())

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function start(node: string, args: readonly string[], home: string, more: Record<string, string> = {}): ChildProcess {
  const env = {PATH: process.env.PATH, HOME: home, ASSIST_HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', ...more}
  return spawn(node, [BIN, ...args], {cwd: home, env, stdio: ['ignore', 'pipe', 'pipe']})
}

async function run(
  node: string,
  args: readonly string[],
  home: string,
  more: Record<string, string> = {},
): Promise<Ended> {
  const child = start(node, args, home, more)
  const text = {stdout: '', stderr: ''}
  child.stdout?.on('data', (chunk: Buffer) => {
    text.stdout += chunk
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    text.stderr += chunk
  })
  const [code] = await once(child, 'close')
  return {code, ...text}
}

function homeOf(version: string): string {
  const home = join(folder.path, version)
  mkdirSync(home, {mode: 0o700})
  return home
}

/** The binary, or undefined and the reason on stderr. */
function nodeOf(version: string): string | undefined {
  try {
    return fetchNode(version)
  } catch (error) {
    process.stderr.write(`skipped: Node ${version}: ${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  }
}

describe.each(TOO_OLD)('Node %s', (version) => {
  it('is told in one sentence that it is too old', async ({skip}) => {
    const node = nodeOf(version)
    if (!node) return skip()
    const {code, stdout, stderr} = await run(node, ['--help'], homeOf(version))
    expect({code, stdout}).toEqual({code: 120, stdout: ''})
    expect(stderr).toBe(`Error: assist needs Node.js 20.19, 22.13 or later; this is v${version}, ${node}\n`)
  })
})

describe.each(SUPPORTED)('Node %s', (version) => {
  let node: string | undefined
  let home: string
  beforeAll(() => {
    node = nodeOf(version)
    home = homeOf(version)
  })
  afterAll(async () => {
    if (node) await run(node, ['local', 'down'], home)
  })

  it.for([
    {words: ['--version']},
    {words: ['--help']},
    {words: ['run', '--help']},
    {words: ['cron', '0 30 21 * * *', '--zone', 'UTC', '-q']},
    {words: ['local', 'status']},
  ])('runs $words with nothing on stderr', async ({words}, {skip}) => {
    if (!node) return skip()
    // Twice: the second time from what Node kept of the first.
    for (let time = 0; time < 2; time++) {
      expect(await run(node, words, home)).toMatchObject({code: 0, stderr: '', stdout: expect.stringMatching(/./)})
    }
  })

  it('runs a script on the local plane', async ({skip}) => {
    if (!node) return skip()
    const first = await run(node, ['run', '--profile', 'local', 'echo 123; exit 4'], home)
    expect(first).toMatchObject({code: 4, stdout: '123\n'})
    expect(first.stderr).not.toMatch(/deprecat|experimental|warning/i)
  })

  it('keeps what it stores the same way, by its own SQLite where it has one', async ({skip}) => {
    if (!node) return skip()
    const vitest = join(PROJECT, 'node_modules/vitest/vitest.mjs')
    const args = [vitest, 'run', 'test/lib/server/store/sqlite', '--maxWorkers=1']
    const env = {PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1'}
    const {stdout} = spawnSync(node, args, {cwd: PROJECT, env, encoding: 'utf8', timeout: 100_000})
    expect(stdout).toMatch(/Tests {2}\d+ passed/)
    expect(stdout).not.toMatch(/failed/)
  })

  it('serves a control plane and calls it', async ({skip}) => {
    if (!node) return skip()
    const data = join(home, 'plane')
    const made = await run(node, ['server', 'key', 'create', '--data-dir', data, '--json', '-q'], home)
    expect(made).toMatchObject({code: 0, stderr: ''})
    const key = JSON.parse(made.stdout) as {accessKeyId: string; accessKeySecret: string}
    const server = start(node, ['server', 'start', '--data-dir', data, '--port', '0'], home)
    try {
      const {url, told} = await listening(server)
      const answer = await run(node, ['describe-commands', '--json'], home, {
        ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
        ALIBABA_CLOUD_REGION_ID: 'local',
        ALIBABA_CLOUD_ENDPOINT: url,
      })
      expect(answer).toMatchObject({code: 0, stderr: ''})
      expect(JSON.parse(answer.stdout)).toEqual({commands: []})
      expect(told()).not.toMatch(/deprecat|experimental|warning/i)
    } finally {
      server.kill('SIGTERM')
      await once(server, 'close')
    }
  })
})

/** Resolves once the server has said where it listens. */
function listening(server: ChildProcess): Promise<{url: string; told(): string}> {
  return new Promise((resolve, reject) => {
    let text = ''
    const hear = (chunk: Buffer): void => {
      text += chunk
      const url = /https?:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0]
      if (url) resolve({url, told: () => text})
    }
    server.stdout?.on('data', hear)
    server.stderr?.on('data', hear)
    server.once('close', (code) => reject(new Error(`the server ended with ${code}: ${text}`)))
  })
}
