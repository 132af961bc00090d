import {createServer} from 'node:net'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {assist, tempFolder} from '../support/cli.ts'
import {assistOnTerminal, startOnTerminal} from '../support/on-terminal.ts'

const home = tempFolder()
const local = {home: home.path, env: {ALIBABA_CLOUD_PROFILE: 'local'}}

beforeAll(async () => {
  const {code, stderr} = await assist(['local', 'up'], {home: home.path})
  if (code !== 0) throw new Error(stderr)
})
afterAll(async () => {
  await assist(['local', 'down', '--force'], {home: home.path})
  home.remove()
})

describe('a run on a terminal', () => {
  it('lets the colours of a script through, and nothing that steers the screen', async () => {
    const script = String.raw`printf '\033[31mred\033[0m 1%%\r2%%\n\033]52;c;eA==\007\033[2J\n'`
    const {code, screen} = await assistOnTerminal(['run', script], local)
    expect(code).toBe(0)
    expect(screen).toContain('\x1b[31mred\x1b[0m 1%\r2%')
    expect(screen).toContain('\\x1b]52;c;eA==\\x07\\x1b[2J')
    expect(screen).not.toMatch(/\x1b\]52|\x1b\[2J/)
  })

  it.each(['text', 'csv', 'yaml', 'json'])(
    'lets nothing that steers the screen through in a result as %s',
    async (form) => {
      const script = String.raw`printf '\033]52;c;eA==\007\033[2Jend'`
      const {code, screen} = await assistOnTerminal(['run', '-o', form, script], local)
      expect(code).toBe(0)
      expect(screen).toContain('end')
      expect(screen).not.toMatch(/\x1b\]52|\x1b\[2J/)
    },
  )

  it('shows no colour to a terminal that knows none', async () => {
    const {screen} = await assistOnTerminal(['run', String.raw`printf '\033[31mred\n'`], {
      ...local,
      env: {...local.env, TERM: 'dumb'},
    })
    expect(screen).toContain('\\x1b[31mred')
    expect(screen).not.toContain('\x1b')
  })

  it('shows where it stands while it waits, and takes that away in the end', async () => {
    const {screen} = await assistOnTerminal(['run', 'sleep 2'], local)
    expect(screen).toMatch(/0 of 1 done, 1 running, \ds/)
    expect(screen.endsWith('\r\x1b[K')).toBe(true)
  })

  it('says at Ctrl-C what goes on, how to follow and how to stop it', async () => {
    const run = startOnTerminal(['run', 'echo started; sleep 20'], local)
    await run.seen(/started/)
    run.type('\x03')
    const {code, screen} = await run.ended
    expect(code).toBe(130)
    const [, id = ''] = /interrupted; (t-\w+) goes on on one instance/.exec(screen) ?? []
    expect(screen).toContain(`assist stop ${id}`)
    const stopped = await assist(['stop', id], {home: home.path, env: local.env})
    expect(stopped.code).toBe(0)
  })

  it('names within two seconds a host that does not answer', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    const {port} = server.address() as {port: number}
    const run = startOnTerminal(['describe-status', '--endpoint', `http://127.0.0.1:${port}`, '--region', 'local'], {
      home: home.path,
      env: {ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tExample', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'example-secret'},
    })
    const began = performance.now()
    await run.seen(new RegExp(`waiting for 127\\.0\\.0\\.1:${port}, \\ds`))
    expect(performance.now() - began).toBeLessThan(3000)
    run.type('\x03')
    await run.ended
    server.close()
  })
})
