import {Agent, request} from 'node:http'
import {createConnection} from 'node:net'
import {describe, expect, it} from 'vitest'
import {HOLD_HEADER} from '../../../../src/lib/protocol/ecs/hold.ts'
import {createAccessKey} from '../../../../src/lib/server/store/calls/access-keys.ts'
import {addAgent, addInvocation} from '../../../support/agent-face.ts'
import {type Parameters, signedV1, type TestKey} from '../../../support/rpc-client.ts'
import {connectKick, startTestServer} from '../../../support/running-server.ts'

const KEEPING = 64
const FRESH = 16
const HOLDING = 8

describe('a server that is told to stop while it is called', () => {
  it('cuts no call: each is answered, or its connection was never taken', async () => {
    const {server, face} = await startTestServer()
    const key = await server.deps.db.write((tx) =>
      createAccessKey(tx, server.deps, {accountId: 'account-1', description: '', nowMs: Date.now()}),
    )
    const agent = await addAgent(face)
    const invokeId = await addInvocation(face, [agent.instanceId])
    const kicks = await connectKick(server, agent)
    const ended: string[] = []
    let isOver = false
    const answered = new Set<Agent>()
    const caller = async (connection: Agent): Promise<void> => {
      while (!isOver) {
        const how = await call({port: server.port, connection, key})
        ended.push(how)
        if (how !== '200') return
        answered.add(connection)
      }
    }
    const connections = [
      ...Array.from({length: KEEPING}, () => new Agent({keepAlive: true, maxSockets: 1})),
      ...Array.from({length: FRESH}, () => new Agent({keepAlive: false})),
    ]
    const callers = connections.map(caller)
    const holding = Array.from({length: HOLDING}, () =>
      call({
        ...{port: server.port, connection: new Agent(), key},
        action: 'DescribeInvocations',
        parameters: {RegionId: 'cn-test', InvokeId: invokeId},
        headers: {[HOLD_HEADER]: '20000'},
      }),
    )
    // Those that wait to be taken are the system's; whoever was answered once is ours.
    await expect.poll(() => answered.size, {timeout: 20_000}).toBe(connections.length)
    const startedMs = performance.now()
    await server.close()
    const tookMs = performance.now() - startedMs
    isOver = true
    await Promise.all(callers)
    for (const connection of connections) connection.destroy()
    expect(ended.length).toBeGreaterThan(connections.length)
    expect(ended.filter((how) => how !== '200' && how !== 'ECONNREFUSED')).toEqual([])
    expect(await Promise.all(holding)).toEqual(Array(HOLDING).fill('200'))
    expect(await kicks.closed).toBe(1001)
    expect(tookMs).toBeLessThan(8000)
  })

  it('does not wait for those that say nothing', async () => {
    const {server} = await startTestServer()
    const silent = ['', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '].map((text) => {
      const socket = createConnection({host: '127.0.0.1', port: server.port})
      socket.write(text)
      return new Promise((resolve) =>
        socket
          .on('error', () => {})
          .on('close', resolve)
          .resume(),
      )
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const startedMs = performance.now()
    await server.close()
    expect(performance.now() - startedMs).toBeLessThan(5000)
    await Promise.all(silent)
  })
})

interface Calling {
  port: number
  connection: Agent
  key: TestKey
  action?: string
  parameters?: Parameters
  headers?: Record<string, string>
}

/** A status, or the code of the error. */
async function call({
  port,
  connection,
  key,
  action = 'DescribeRegions',
  parameters = {},
  headers,
}: Calling): Promise<string> {
  const body = await signedV1('POST', action, parameters, {key, nowMs: Date.now()}).text()
  return new Promise((resolve) => {
    const outgoing = request(
      {
        ...{host: '127.0.0.1', port, path: '/', method: 'POST', agent: connection},
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(Buffer.byteLength(body)),
          ...headers,
        },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(String(answer.statusCode)))
        answer.on('error', (error: NodeJS.ErrnoException) => resolve(`cut: ${error.code}`))
      },
    )
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    outgoing.end(body)
  })
}
