import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {findEcs, startAgent} from '../../../../src/lib/agent/main.ts'
import {createRecordingLog} from '../../../support/agent-log.ts'
import {AgentServer, taskItem} from '../../../support/agent-server.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const FACTS = {'region-id': 'cn-test', 'instance-id': 'i-abc123'}

/** A stand-in for the metadata of an instance, as it is with tokens or without. */
async function startMetadata(options: {facts?: Record<string, string>; token?: string} = {}) {
  const facts: Record<string, string> = options.facts ?? FACTS
  const {token} = options
  const server = createServer((request, response) => {
    const reply = (status: number, text = ''): void => void response.writeHead(status).end(text)
    if (request.method === 'PUT' && request.url === '/latest/api/token') {
      if (token === undefined || request.headers['x-aliyun-ecs-metadata-token-ttl-seconds'] === undefined)
        return reply(404)
      return reply(200, token)
    }
    if (token !== undefined && request.headers['x-aliyun-ecs-metadata-token'] !== token) return reply(403)
    const fact = facts[(request.url ?? '').replace('/latest/meta-data/', '')]
    return fact === undefined ? reply(404) : reply(200, `${fact}\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    environment: {ASSIST_METADATA_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`},
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('a machine that never registered', () => {
  it.each([
    {name: 'without tokens', token: undefined},
    {name: 'with tokens', token: 'a-token'},
  ])('is the instance of the cloud that its metadata names: $name', async ({token}) => {
    await using metadata = await startMetadata({...(token !== undefined && {token})})
    expect(await findEcs(metadata.environment)).toEqual({
      regionId: 'cn-test',
      instanceId: 'i-abc123',
    })
  })

  it.each([
    {name: 'a region that leads elsewhere', facts: {...FACTS, 'region-id': 'evil.example/'}},
    {name: 'an id that is none', facts: {...FACTS, 'instance-id': '../x'}},
    {name: 'nothing', facts: {}},
  ])('is none where the metadata says $name', async ({facts}) => {
    await using metadata = await startMetadata({facts})
    expect(await findEcs(metadata.environment)).toBe(undefined)
  })

  it('is none where nothing answers', async () => {
    expect(await findEcs({ASSIST_METADATA_URL: 'http://127.0.0.1:1'})).toBe(undefined)
  })

  it('runs what it is given as that instance, and signs nothing', async () => {
    await using metadata = await startMetadata()
    const server = await AgentServer.start()
    Object.assign(server, {assist: false, byTaskId: true, ecsInstance: 'i-abc123'})
    const log = createRecordingLog()
    const ecs = await findEcs(metadata.environment)
    const agent = await startAgent({stateDir: join(tempFolder(), 'state'), server: {url: server.url}, log, ecs})
    try {
      await agent.online
      expect(agent.instanceId).toBe('i-abc123')
      server.offer(taskItem('t-1', 'echo hello'))
      expect((await server.waitForEnd('t-1')).report).toMatchObject({kind: 'finish', exitCode: 0})
      expect(server.output('t-1').toString()).toBe('hello\n')
    } finally {
      await agent.stop({drainMs: 0})
      await server.close()
    }
  })
})
