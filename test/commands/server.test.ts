import {readdirSync, readFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {assist, startAssist, tempFolder} from '../support/cli.ts'

let home: ReturnType<typeof tempFolder>
beforeEach(() => {
  home = tempFolder()
})
afterEach(() => home.remove())
const run = (...args: string[]) => assist(args, {home: home.path})
const data = (): string[] => ['--data-dir', join(home.path, 'plane')]

describe('server key', () => {
  it('shows a secret once, lists the key without it, and disables it', async () => {
    const made = await run('server', 'key', 'create', ...data(), '--description', 'CI', '--json')
    expect(made.code).toBe(0)
    const {accessKeyId, accessKeySecret} = JSON.parse(made.stdout)
    expect(made.stderr).not.toContain(accessKeySecret)
    const listed = await run('server', 'key', 'list', ...data(), '--json')
    expect(JSON.parse(listed.stdout).keys).toMatchObject([
      {accessKeyId, disabled: false, description: 'CI', account: 'main'},
    ])
    expect(listed.stdout).not.toContain(accessKeySecret)
    for (const name of readdirSync(join(home.path, 'plane'))) {
      expect(readFileSync(join(home.path, 'plane', name)).includes(accessKeySecret)).toBe(false)
    }
    expect((await run('server', 'key', 'disable', accessKeyId, ...data())).code).toBe(0)
    expect(JSON.parse((await run('server', 'key', 'list', ...data(), '--json')).stdout).keys).toMatchObject([
      {disabled: true},
    ])
    const unknown = await run('server', 'key', 'disable', 'LTAInope', ...data())
    expect(unknown).toMatchObject({code: 121})
  })

  it('makes no plane of a folder that was misspelt', async () => {
    for (const args of [['list'], ['disable', 'LTAI5tExample']]) {
      const ended = await run('server', 'key', ...args, ...data())
      expect(ended).toMatchObject({code: 120, stdout: ''})
      expect(ended.stderr).toContain('there is no control plane in')
    }
    expect(readdirSync(home.path)).toEqual([])
  })
})

describe('server start', () => {
  it('says where it listens, serves, and stops at SIGTERM', async () => {
    const {accessKeyId, accessKeySecret} = JSON.parse(
      (await run('server', 'key', 'create', ...data(), '--json')).stdout,
    )
    const server = startAssist(['server', 'start', ...data(), '--port', '0'], {home: home.path})
    const [, url = ''] = await server.seen(/Listening at (http:\S+)/)
    const called = await assist(['ecs', 'DescribeCommands', '--region', 'any', '--endpoint', url], {
      home: home.path,
      env: {ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret},
    })
    expect(called).toMatchObject({code: 0})
    server.process.kill('SIGTERM')
    expect(await server.ended).toMatchObject({code: 0, stdout: ''})
    expect(server.stderr()).not.toContain(accessKeySecret)
  })

  it('says when something else listens there', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const {port} = other.address() as {port: number}
    const ended = await run('server', 'start', ...data(), '--port', String(port))
    other.close()
    expect(ended).toMatchObject({code: 120, stdout: ''})
    expect(ended.stderr).toContain(`127.0.0.1:${port}`)
    expect(ended.stderr).not.toMatch(/\n\s+at /)
  })

  it.each([
    {name: 'other machines without TLS', args: ['--host', '0.0.0.0'], code: 120, says: 'without TLS'},
    {name: 'a certificate without key', args: ['--tls-cert', 'x.pem'], code: 2, says: 'tls-key'},
    {
      name: 'a certificate that is not there',
      args: ['--tls-cert', 'x.pem', '--tls-key', 'y.pem'],
      code: 120,
      says: 'x.pem',
    },
    {name: 'a port in words', args: ['--port', 'http'], code: 2, says: 'between 0 and 65535'},
  ])('refuses $name', async ({args, code, says}) => {
    const ended = await run('server', 'start', ...data(), ...args)
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(says)
  })

  it.skipIf(process.platform !== 'linux')('says at once when its folder cannot be made', async () => {
    const ended = await assist(['server', 'start', '--data-dir', '/proc/nope', '--port', '0'], {home: home.path})
    expect(ended).toMatchObject({code: 120, stdout: ''})
    expect(ended.stderr).toContain('/proc/nope')
  })
})
