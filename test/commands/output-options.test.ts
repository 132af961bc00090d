import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {assist, tempFolder} from '../support/cli.ts'

const home = tempFolder()
let server: Server
let env: Record<string, string> = {}
let calls = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    calls++
    request.resume().on('end', () => response.end('{"RequestId":"r","CommandId":"c-1","InvokeId":"t-1"}'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  env = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tExample',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
    ALIBABA_CLOUD_REGION_ID: 'cn-test',
    ALIBABA_CLOUD_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  home.remove()
})
beforeEach(() => {
  calls = 0
})

describe('a command whose outcome cannot be shown as asked', () => {
  it.each([
    {argv: ['run', '-i', 'i-1', 'x', '--query', 'bad[[']},
    {argv: ['run', '-i', 'i-1', 'x', '-o', 'csv', '--columns', 'Nope']},
    {argv: ['run', '-i', 'i-1', 'x', '--no-wait', '--columns', 'exitCode']},
    {argv: ['invoke', 'c-1', '-i', 'i-1', '--columns', 'Nope']},
    {argv: ['create-command', '--name', 'n', 'x', '--query', 'bad[[']},
    {argv: ['create-command', '--name', 'n', 'x', '--columns', 'Nope']},
    {argv: ['delete-command', 'c-1', '--query', 'bad[[']},
    {argv: ['modify-command', 'c-1', '--description', 'x', '--columns', 'Nope']},
    {argv: ['stop', 't-1', '--columns', 'Nope']},
    {argv: ['create-activation', '--columns', 'Nope']},
    {argv: ['disable-activation', 'a-1', '--columns', 'Nope']},
    {argv: ['modify-managed-instance', 'mi-1', '--name', 'web-1', '--columns', 'Nope']},
    {argv: ['deregister-managed-instance', 'mi-1', '--query', 'bad[[']},
  ])('is refused before anything is sent: $argv', async ({argv}) => {
    const ended = await assist(argv, {home: home.path, env})
    expect(ended).toMatchObject({code: 2, stdout: ''})
    expect(ended.stderr).toMatch(/not a JMESPath expression|there is no column/)
    expect(calls).toBe(0)
  })

  it('is no wrong usage any more once it was sent', async () => {
    const ended = await assist(['create-command', '--name', 'n', 'x', '--query', 'abs(commandId)'], {
      home: home.path,
      env,
    })
    expect(ended).toMatchObject({code: 74, stdout: ''})
    expect(ended.stderr).toContain('the answer is there, but --query "abs(commandId)" cannot be applied to it')
    expect(calls).toBe(1)
  })
})
