import {readFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {createAccessKey} from '../../src/lib/server/store/calls/access-keys.ts'
import {tempFolder} from '../support/cli.ts'
import {type OnTerminal, startOnTerminal} from '../support/on-terminal.ts'
import {startTestServer} from '../support/running-server.ts'

let home: ReturnType<typeof tempFolder>
let asked: OnTerminal | undefined
beforeEach(() => {
  home = tempFolder()
})
afterEach(() => {
  asked?.kill()
  home.remove()
})

const stored = () => JSON.parse(readFileSync(join(home.path, 'config', 'config.json'), 'utf8')).profiles.default

/** Answers each question once it is there. */
async function answer(args: readonly string[], answers: ReadonlyArray<readonly [question: RegExp, keys: string]>) {
  const terminal = startOnTerminal(['configure', ...args], {home: home.path, env: {NO_COLOR: '1'}})
  asked = terminal
  for (const [question, keys] of answers) {
    await terminal.seen(question)
    terminal.type(keys)
  }
  return terminal.ended
}

const keysOf = (id: string, secret: string) =>
  [
    [/\? Mode/, '\r'],
    [/\? Access key id/, `${id}\r`],
    [/\? Access key secret/, `${secret}\r`],
  ] as const

describe('configure on a terminal', () => {
  const serverWithKey = async (regions: string[] = []) => {
    const {server} = await startTestServer({regions})
    const {deps} = server
    const key = await deps.db.write((tx) =>
      createAccessKey(tx, deps, {accountId: '1', description: '', nowMs: Date.now()}),
    )
    return {url: server.url, ...key}
  }

  it('ends with a call that shows that the keys work, and says what is next', async () => {
    const {url, accessKeyId, secret} = await serverWithKey()
    const {code, screen} = await answer(
      [],
      [...keysOf(accessKeyId, secret), [/\? Address/, `${url}\r`], [/\? Region/, 'local\r'], [/\? Language/, '\r']],
    )
    expect(code).toBe(0)
    expect(screen).toContain(`It works: ${new URL(url).host} takes the key.`)
    expect(screen).toContain('Next: assist describe-status lists')
    expect(screen).not.toContain(secret)
    expect(stored()).toMatchObject({accessKeyId, accessKeySecret: secret, endpoint: url, regionId: 'local'})
  })

  it('says that the service has no such region', async () => {
    const {url, accessKeyId, secret} = await serverWithKey(['north', 'south'])
    const {screen} = await answer(
      [],
      [...keysOf(accessKeyId, secret), [/\? Address/, `${url}\r`], [/\? Region/, 'nroth\r'], [/\? Language/, '\r']],
    )
    expect(screen.replace(/\s+/g, ' ')).toContain('names no region nroth: north, south')
    expect(screen).toContain('Try it again: assist describe-regions')
  })

  it('keeps what was typed when the service refuses the key', async () => {
    const {url, accessKeyId} = await serverWithKey()
    const {code, screen} = await answer(
      [],
      [
        ...keysOf(accessKeyId, 'no-secret-of-this-key'),
        [/\? Address/, `${url}\r`],
        [/\? Region/, 'local\r'],
        [/\? Language/, '\r'],
      ],
    )
    expect(code).toBe(0)
    expect(screen).toContain('It is kept, but could not be tried')
    expect(screen).toContain('The secret does not belong to this key id')
    expect(stored()).toMatchObject({accessKeyId})
  })

  it('keeps what was typed when nobody answers', async () => {
    const port = await freePort()
    const {code, screen} = await answer(
      [],
      [
        ...keysOf('LTAI5tExample', 'some-secret'),
        [/\? Address/, `http://127.0.0.1:${port}\r`],
        [/\? Region/, 'local\r'],
        [/\? Language/, '\r'],
      ],
    )
    expect(code).toBe(0)
    expect(screen).toContain(`cannot reach 127.0.0.1:${port}`)
    expect(stored()).toMatchObject({accessKeyId: 'LTAI5tExample'})
  })

  it('asks again at once for what can’t be right, lists regions, and calls nobody with --no-verify', async () => {
    const {code, screen} = await answer(
      ['--no-verify'],
      [
        [/\? Mode/, '\r'],
        [/\? Access key id/, 'hello\r'],
        [/has only 5 characters/, '\x15LTAI5tExample\r'],
        [/\? Access key secret/, 'some-secret\r'],
        [/\? Address/, '\r'],
        [/\? Region/, '\r'],
        [/cannot be empty/, '?\r'],
        [/ap-southeast-1/, '\x15cn-hangzou\r'],
        [/did you mean cn-hangzhou/, '\x15cn-hangzhou\r'],
        [/\? Language/, '\r'],
      ],
    )
    expect(code).toBe(0)
    expect(screen).toContain('Next: assist describe-status')
    expect(screen).not.toMatch(/It works|could not be tried/)
    expect(stored()).toMatchObject({accessKeyId: 'LTAI5tExample', regionId: 'cn-hangzhou'})
  })
})

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const {port} = server.address() as {port: number}
  await new Promise((resolve) => server.close(resolve))
  return port
}
