import {randomUUID} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {WebSocket} from 'ws'
import {onlineAmong} from '../../../../src/lib/server/operations/fleet/managed-instance-view.ts'
import {findInstance} from '../../../../src/lib/server/store/fleet/instances.ts'
import {addAgent, addInvocation, KEYS, START_MS} from '../../../support/agent-face.ts'
import {connectKick, sendRaw, startTestServer} from '../../../support/running-server.ts'

describe('the kick socket', () => {
  it.each([{strong: false}, {strong: true}])(
    'kicks on connect when work is open, and then at each kick (strong: $strong)',
    async ({strong}) => {
      const {server, face} = await startTestServer()
      const agent = await addAgent(face, {strong})
      const first = await addInvocation(face, [agent.instanceId])
      const startedMs = performance.now()
      const client = await connectKick(server, agent)
      expect(await client.hear(1)).toEqual([`kick_vm task run ${first}`])
      // Without it, maintenance would kick after four seconds.
      expect(performance.now() - startedMs).toBeLessThan(2000)
      expect(server.deps.kicker.isConnected(agent.instanceId)).toBe(true)
      client.socket.send(`accept:kick_vm task run ${first}`)
      server.deps.kicker.kick(agent.instanceId, {kind: 'stop', taskId: 't-2'})
      expect(await client.hear(2)).toEqual([`kick_vm task run ${first}`, 'kick_vm task stop t-2'])
    },
  )

  it('repeats a kick that was not followed', async () => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face)
    const client = await connectKick(server, agent)
    const taskId = await addInvocation(face, [agent.instanceId], {created_at_ms: START_MS})
    expect(await client.hear(1)).toEqual([`kick_vm task run ${taskId}`])
  })

  it('answers pings', async () => {
    const {server, face} = await startTestServer()
    const {socket} = await connectKick(server, await addAgent(face))
    const pong = new Promise<string>((resolve) => socket.on('pong', (data) => resolve(String(data))))
    socket.ping('keepalive')
    expect(await pong).toBe('keepalive')
  })

  it('stays with an agent that answers, and refuses a second one of its identity', async () => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face)
    const {instanceId} = agent
    const first = await connectKick(server, agent)
    const isContested = (laterMs = 0) => server.deps.kicker.isContested(instanceId, server.deps.clock.now() + laterMs)
    expect(isContested()).toBe(false)
    await expect(connectKick(server, agent)).rejects.toThrow('409')
    expect(isContested()).toBe(true)
    server.deps.kicker.kick(instanceId, {kind: 'run', taskId: 't-1'})
    expect(await first.hear(1)).toEqual(['kick_vm task run t-1'])
    first.socket.close()
    await first.closed
    await expect.poll(() => server.deps.kicker.isConnected(instanceId)).toBe(false)
    await connectKick(server, agent)
    expect(isContested(180_001)).toBe(false)
  })

  it('belongs to the newest connection where the older one answers no more', async () => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face)
    const older = await connectKick(server, agent)
    older.socket.pause()
    const newer = await connectKick(server, agent)
    older.socket.resume()
    expect(await older.closed).toBe(4409)
    server.deps.kicker.kick(agent.instanceId, {kind: 'run', taskId: 't-1'})
    expect(await newer.hear(1)).toEqual(['kick_vm task run t-1'])
    newer.socket.close()
    await newer.closed
    await expect.poll(() => server.deps.kicker.isConnected(agent.instanceId)).toBe(false)
  })

  it('names an agent of ours offline soon after it has gone, and online as soon as it is back', async () => {
    const {server, face} = await startTestServer()
    const [agent, official] = [await addAgent(face, {strong: true}), await addAgent(face, {key: KEYS[1]})]
    for (const one of [agent, official]) await one.send('GET', '/luban/api/heart-beat')
    const [first, theirs] = [await connectKick(server, agent), await connectKick(server, official)]
    const online = async (inMs: number, instanceId = agent.instanceId): Promise<boolean> => {
      const row = await findInstance(server.deps.db.read, instanceId)
      const call = {deps: server.deps, nowMs: server.deps.clock.now() + inMs}
      return row !== undefined && (await onlineAmong(call, [row])).has(instanceId)
    }
    first.socket.terminate()
    theirs.socket.terminate()
    await expect.poll(() => server.deps.kicker.connectedInstances()).toEqual([])
    // It may be on its way back.
    expect(await online(0)).toBe(true)
    expect(await online(2000)).toBe(false)
    // Official agents may take half an hour.
    expect(await online(2000, official.instanceId)).toBe(true)

    const second = await connectKick(server, agent)
    expect(await online(2000)).toBe(true)
    second.socket.terminate()
    await expect.poll(() => server.deps.kicker.isConnected(agent.instanceId)).toBe(false)
    await expect.poll(() => online(0), {timeout: 5000}).toBe(false)
    // Whatever is heard of it counts, whether its channel opens or not.
    await agent.send('GET', '/luban/api/heart-beat')
    expect(await online(0)).toBe(true)
  })

  it('is told so and closed when its instance is deregistered', async () => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face)
    const client = await connectKick(server, agent)
    await agent.send('POST', '/luban/api/instance/deregister')
    expect(await client.closed).toBe(4403)
    expect(client.heard).toEqual(['kick_vm agent deregister'])
    await expect(connectKick(server, agent)).rejects.toThrow('403')
  })

  it.each<{name: string; change: Record<string, string>; key: boolean}>([
    {name: 'another key', change: {}, key: true},
    {name: 'an old timestamp', change: {timestamp: '1000'}, key: false},
  ])('is refused with 401 for $name', async ({change, key}) => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face)
    const other = await addAgent(face, {key: KEYS[1]})
    const caller = key ? {...agent, headers: other.headers} : agent
    await expect(connectKick(server, caller, {...change, ...(key && {instanceId: agent.instanceId})})).rejects.toThrow(
      '401',
    )
    expect(server.deps.kicker.connectedInstances()).toEqual([])
  })

  it('is refused when the same handshake comes again', async () => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face, {strong: true})
    const requestId = randomUUID()
    await connectKick(server, agent, {requestId})
    await expect(connectKick(server, agent, {requestId})).rejects.toThrow('401')
  })

  it('is nowhere else: other upgrades get 404 and 401', async () => {
    const {server} = await startTestServer()
    const upgrade = (path: string): Promise<string> =>
      sendRaw(
        server.port,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      ).ended
    expect(await upgrade('/')).toMatch(/^HTTP\/1.1 404 /)
    expect(await upgrade('/luban/session/backend?channelId=1')).toMatch(/^HTTP\/1.1 404 /)
    expect(await upgrade('/luban/notify_server')).toMatch(/^HTTP\/1.1 401 /)
  })

  it('closes on a frame that is too large, in one piece or in many (F39)', async () => {
    const {server, face} = await startTestServer()
    const one = await connectKick(server, await addAgent(face))
    one.socket.send('x'.repeat(64 * 1024 + 1))
    expect(await one.closed).toBe(1009)
    const many = await connectKick(server, await addAgent(face, {key: KEYS[1]}))
    for (let part = 0; part < 70; part++) many.socket.send('x'.repeat(1024), {fin: false})
    expect(await many.closed).toBe(1009)
  })

  it('cuts a peer that never reads (F39)', async () => {
    const {server, face} = await startTestServer()
    const agent = await addAgent(face)
    const client = await connectKick(server, agent)
    client.socket.pause()
    const taskId = 'x'.repeat(100_000)
    await expect
      .poll(() => {
        for (let time = 0; time < 50; time++) server.deps.kicker.kick(agent.instanceId, {kind: 'run', taskId})
        return server.deps.kicker.isConnected(agent.instanceId)
      })
      .toBe(false)
    client.socket.terminate()
  })

  it('is closed politely with the server', async () => {
    const {server, face} = await startTestServer()
    const client = await connectKick(server, await addAgent(face))
    await server.close()
    expect(await client.closed).toBe(1001)
    expect(client.socket.readyState).toBe(WebSocket.CLOSED)
  })
})
