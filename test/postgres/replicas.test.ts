import {copyFileSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../src/lib/protocol/agent/paths.ts'
import type {startServer} from '../../src/lib/server/main.ts'
import {pruneAll} from '../../src/lib/server/maintenance/prune.ts'
import {noteAlive, noteChannels} from '../../src/lib/server/store/fleet/channels.ts'
import {openLink} from '../../src/lib/server/store/postgres/link.ts'
import {parseDatabaseUrl} from '../../src/lib/server/store/postgres/settings.ts'
import {channelsOf} from '../../src/lib/server/wake/channels.ts'
import {systemClock} from '../../src/lib/system/clock.ts'
import {type Agent, addAgent, addInvocation, type Face} from '../support/agent-face.ts'
import {agree, send, under} from '../support/agent-session.ts'
import {installPostgres, type Postgres, startPostgres} from '../support/postgres.ts'
import {connectKick, startTestServer} from '../support/running-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

const installed = installPostgres()
type Server = Awaited<ReturnType<typeof startServer>>

describe.skipIf('skipped' in installed)('two servers on one database', () => {
  let postgres: Postgres
  let address: string
  let a: {server: Server; face: Face}
  let b: {server: Server; face: Face}
  beforeAll(async () => {
    if (!('skipped' in installed)) postgres = await startPostgres(installed)
  })
  afterAll(() => postgres?.remove())
  beforeEach(async () => {
    address = await postgres.createDatabase()
    const folders = [join(tempFolder(), 'a'), join(tempFolder(), 'b')] as const
    const database = {address, connections: 6}
    a = await startTestServer({dataDir: folders[0], database})
    mkdirSync(folders[1], {mode: 0o700})
    copyFileSync(join(folders[0], 'master.key'), join(folders[1], 'master.key'))
    b = await startTestServer({dataDir: folders[1], database})
  })

  const stateAt = async ({server}: {server: Server}, id: string) =>
    (await channelsOf(server.deps, [id], server.deps.clock.now())).get(id)
  const run = async ({face}: {face: Face}, agent: Agent): Promise<string> => {
    // Nobody looks at it again by itself for an hour.
    const taskId = await addInvocation(face, [agent.instanceId], {task: {updated_at_ms: Date.now() + 3_600_000}})
    face.deps.kicker.kick(agent.instanceId, {kind: 'run', taskId})
    return taskId
  }

  it('wake the agent that is connected to the other', async () => {
    const agent = await addAgent(a.face)
    const channel = await connectKick(a.server, agent)
    const taskId = await run(b, agent)
    expect(await channel.hear(1)).toEqual([`kick_vm task run ${taskId}`])
    channel.socket.close()
  })

  it('wake it also when nobody was told (F11)', async () => {
    const agent = await addAgent(a.face)
    const channel = await connectKick(a.server, agent)
    const taskId = await addInvocation(b.face, [agent.instanceId])
    expect(await channel.hear(1)).toEqual([`kick_vm task run ${taskId}`])
    channel.socket.close()
  })

  it('wake the caller that waits at the other', async () => {
    const waiting = b.server.deps.changes.next('t-waited', 500_000)
    a.server.deps.changes.notify('t-waited')
    await waiting
  })

  it('know who holds the channel of an agent, until it closes or the server is gone', async () => {
    const agent = await addAgent(a.face)
    expect(await stateAt(b, agent.instanceId)).toBeUndefined()
    const channel = await connectKick(a.server, agent)
    await expect.poll(() => stateAt(b, agent.instanceId)).toEqual({isUp: true, isContested: false})
    channel.socket.close()
    await expect.poll(() => stateAt(b, agent.instanceId)).toBeUndefined()
    await connectKick(a.server, agent)
    await expect.poll(() => stateAt(b, agent.instanceId)).toBeDefined()
    await a.server.close()
    expect(await stateAt(b, agent.instanceId)).toBeUndefined()
  })

  it('refuse a second agent of one identity, at whichever it comes, and both say so', async () => {
    const agent = await addAgent(a.face)
    const first = await connectKick(a.server, agent)
    await expect.poll(() => stateAt(b, agent.instanceId)).toBeDefined()
    await expect(connectKick(b.server, agent)).rejects.toThrow('409')
    for (const server of [a, b]) {
      expect(await stateAt(server, agent.instanceId)).toEqual({isUp: true, isContested: true})
    }
    first.socket.close()
  })

  it('close the old channel of an agent that has come back at the other', async () => {
    const agent = await addAgent(a.face)
    const old = await connectKick(a.server, agent)
    await expect.poll(() => stateAt(b, agent.instanceId)).toBeDefined()
    old.socket.pause()
    const channel = await connectKick(b.server, agent)
    old.socket.resume()
    expect(await old.closed).toBe(4409)
    const taskId = await run(a, agent)
    expect(await channel.hear(1)).toEqual([`kick_vm task run ${taskId}`])
    await expect.poll(() => stateAt(a, agent.instanceId)).toBeDefined()
    channel.socket.close()
  })

  it('tell an agent at the other that it was deregistered', async () => {
    const agent = await addAgent(a.face)
    const channel = await connectKick(a.server, agent)
    b.server.deps.kicker.disconnect(agent.instanceId)
    expect(await channel.closed).toBe(4403)
    expect(channel.heard).toEqual(['kick_vm agent deregister'])
  })

  it('take a request of an agent once (F10)', async () => {
    const agent = await addAgent(a.face, {strong: true})
    const target = `${AGENT_PATHS.taskList}?reason=kickoff`
    const headers = agent.headers('POST', target, new Uint8Array(0), {timestamp: String(Date.now())})
    const send = async ({server}: {server: Server}): Promise<number> =>
      (await fetch(`${server.url}${target}`, {method: 'POST', headers})).status
    expect([await send(a), await send(b)]).toEqual([200, 401])
  })

  it('take requests under a session of the other, each of them once', async () => {
    const agent = await addAgent(a.face, {strong: true})
    const session = await agree(a.face, agent)
    const request = {method: 'POST', target: `${AGENT_PATHS.taskList}?reason=kickoff`}
    const [first, second] = [under(a.face, session, request), under(a.face, session, request)]
    const statuses: number[] = []
    for (const [{face}, sent] of [
      [b, first],
      [a, first],
      [a, second],
      [b, second],
    ] as const) {
      statuses.push(await send(face.app, sent))
    }
    expect(statuses).toEqual([200, 401, 200, 401])
  })

  const leaders = (): number => [a, b].filter(({server}) => server.deps.replicas?.leads()).length

  it('agree on one that leads, and on the other when it is gone', async () => {
    expect(leaders()).toBe(1)
    const [first, second] = a.server.deps.replicas?.leads() ? [a, b] : [b, a]
    await first.server.close()
    await expect.poll(() => second.server.deps.replicas?.leads(), {timeout: 15_000}).toBe(true)
  })

  it('forget those that died long ago, with what they held', async () => {
    const {db, clock} = a.server.deps
    const agent = await addAgent(a.face)
    const channel = await connectKick(b.server, agent)
    await expect.poll(() => stateAt(a, agent.instanceId)).toBeDefined()
    await db.write(async (tx) => {
      await noteAlive(tx, 'dead', clock.now() - 3_600_000)
      await noteChannels(tx, 'dead', [{instanceId: 'mi-of-the-dead', openedAtMs: 1, isOpen: true}])
    })
    expect(await stateAt(a, 'mi-of-the-dead')).toBeUndefined()
    await pruneAll(a.server.deps, new AbortController().signal)
    const rows = await db.read.selectFrom('channels').select('instance_id').execute()
    expect(rows).toEqual([{instance_id: agent.instanceId}])
    expect(await db.read.selectFrom('replicas').select('replica_id').execute()).toHaveLength(2)
    channel.socket.close()
  })

  it('find each other again when their sessions were cut', async () => {
    await postgres.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      new URL(address).pathname.slice(1),
    )
    const heard = Promise.all([a, b].map(({server}) => server.deps.changes.next('t-again', 500_000)))
    const tell = setInterval(() => {
      for (const {server} of [a, b]) server.deps.changes.notify('t-again')
    }, 200)
    await heard
    clearInterval(tell)
    await expect.poll(leaders, {timeout: 15_000}).toBe(1)
    // And those that were idle in a pool are replaced without a word.
    const agent = await addAgent(a.face)
    expect(await b.server.deps.db.read.selectFrom('instances').select('instance_id').execute()).toEqual([
      {instance_id: agent.instanceId},
    ])
  })
})

describe.skipIf('skipped' in installed)('the clock of a database', () => {
  it('counts, whatever the machine’s own says', async () => {
    if ('skipped' in installed) return
    const postgres = await startPostgres(installed)
    const clock = {...systemClock, now: () => Date.now() + 3_600_000}
    const link = await openLink(parseDatabaseUrl(await postgres.createDatabase(), {}), {clock, replicaId: 'r'})
    const offMs = link.clock.now() - Date.now()
    await link.close()
    await postgres.remove()
    expect(Math.abs(offMs)).toBeLessThan(60_000)
  })
})
