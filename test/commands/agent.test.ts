import {afterAll, describe, expect, it} from 'vitest'
import {assist, tempFolder} from '../support/cli.ts'

// Registration and work are in test/e2e; here is what needs no server.

const home = tempFolder()
const run = (args: string[], env: Record<string, string> = {}, input = '') =>
  assist(['agent', ...args], {home: home.path, env, input})
afterAll(() => home.remove())

const REGISTER = ['register', '--activation-id', 'a', '--region', 'local', '--server', 'http://127.0.0.1:9']

describe('agent', () => {
  it('tells offline that this machine is not registered', async () => {
    const ended = await run(['status', '--json'])
    expect(ended.code).toBe(0)
    expect(JSON.parse(ended.stdout)).toMatchObject({alive: false, running: [], schedules: []})
    expect(await run(['start'])).toMatchObject({code: 120, stderr: expect.stringContaining('not registered')})
    expect(await run(['deregister'])).toMatchObject({code: 120})
  })

  it.each([
    {
      name: 'a code as a flag',
      args: [...REGISTER, '--activation-code', 'CANARY'],
      code: 2,
      says: 'not taken from the command line',
    },
    {name: 'no code and nobody to ask', args: REGISTER, code: 2, says: '--activation-code-stdin'},
    {name: 'an empty code', args: [...REGISTER, '--activation-code-stdin'], code: 2, says: 'is empty'},
    {
      name: 'a tag without value',
      args: [...REGISTER, '--tag', 'x'],
      env: {ASSIST_ACTIVATION_CODE: 'CANARY'},
      code: 2,
      says: 'KEY=VALUE',
    },
    {name: 'no activation', args: ['register', '--region', 'x'], code: 2, says: 'activation-id'},
    {
      name: 'a server that is not there',
      args: REGISTER,
      env: {ASSIST_ACTIVATION_CODE: 'CANARY-code'},
      code: 122,
      says: '127.0.0.1:9',
    },
    {
      name: 'http to elsewhere',
      args: [...REGISTER.slice(0, -1), 'http://10.0.0.1'],
      env: {ASSIST_ACTIVATION_CODE: 'CANARY'},
      code: 120,
      says: 'https',
    },
  ])('refuses $name', async ({args, env, code, says}) => {
    const ended = await run(args, env)
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(says)])
    expect(ended.stderr).not.toMatch(/CANARY|\n\s+at /)
  })
})
