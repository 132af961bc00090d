import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {popClient, untilAnswered} from '../support/pop.ts'
import {installPostgres, type Postgres, startPostgres} from '../support/postgres.ts'
import {type Fleet, type Replica, startFleet} from './support/fleet.ts'
import {startTcpProxy, type TcpProxy} from './support/tcp-proxy.ts'

const installed = installPostgres()
const NAMES = ['a', 'b', 'c']

describe.skipIf('skipped' in installed)('three servers on one database behind a balancer', () => {
  let postgres: Postgres
  let fleet: Fleet
  let address: string
  /** Between each server and the database. */
  const ways = new Map<string, TcpProxy>()
  beforeAll(async () => {
    if ('skipped' in installed) return
    postgres = await startPostgres(installed)
    address = await postgres.createDatabase()
    for (const name of NAMES) ways.set(name, await startTcpProxy(() => [postgres.port]))
    fleet = await startFleet(NAMES, (name) => {
      const url = new URL(address)
      url.port = String(ways.get(name)?.port)
      return url.href
    })
  })
  afterAll(async () => {
    await fleet?.stop()
    for (const way of ways.values()) await way.close()
    await postgres?.remove()
  })

  const call = (...words: Parameters<ReturnType<typeof popClient>>) => popClient(fleet)(...words)
  const countFile = (): string => join(fleet.home, 'count')

  /** Calls until it is told of success, with one token; the script notes that it was started. */
  async function submit(token: string): Promise<string> {
    const answer = await untilAnswered(() =>
      call('RunCommand', {
        Type: 'RunShellScript',
        CommandContent: `echo {{ACS::InvokeId}} >> ${countFile()}; sleep 0.1; echo done`,
        EnableParameter: 'true',
        InstanceId: [fleet.instanceId],
        ClientToken: token,
      }),
    )
    return answer.InvokeId
  }

  async function expectOneSuccessEach(ids: readonly string[]): Promise<void> {
    expect(new Set(ids).size).toBe(ids.length)
    const stateOf = async (InvokeId: string): Promise<string | undefined> => {
      const {Invocation} = await untilAnswered(() => call('DescribeInvocationResults', {InvokeId}))
      return Invocation.InvocationResults.InvocationResult[0]?.InvocationStatus
    }
    for (const id of ids) await expect.poll(() => stateOf(id), {timeout: 90_000, interval: 200}).toBe('Success')
    const lines = readFileSync(countFile(), 'utf8').trim().split('\n')
    expect(ids.filter((id) => lines.filter((line) => line === id).length !== 1)).toEqual([])
  }

  const invocations = async (): Promise<number> =>
    Number((await postgres.query('select count(*) as n from invocations', new URL(address).pathname.slice(1)))[0]?.n)

  /** The session that leads, by the port from which it comes. */
  async function leaderPort(): Promise<number | undefined> {
    const [row] = await postgres.query(
      `select client_port from pg_stat_activity where pid in
        (select pid from pg_locks where locktype = 'advisory' and granted and classid = 0 and objid = 7251002)`,
    )
    return row && Number(row.client_port)
  }

  it('run a script and show what it printed, with the command line', async () => {
    const ended = await fleet.assist(['run', '-i', fleet.instanceId, 'echo from afar; exit 3'])
    expect(ended).toMatchObject({code: 3, stdout: expect.stringContaining('from afar')})
  })

  it('lose and repeat nothing when one is killed in the midst of runs (F2)', async () => {
    const ids: Array<Promise<string>> = []
    for (const replica of fleet.replicas) {
      for (let index = 0; index < 4; index++) ids.push(submit(`kill-${replica.name}-${index}`))
      await sleep(60)
      await fleet.kill(replica)
      await sleep(60)
      for (let index = 0; index < 2; index++) ids.push(submit(`after-${replica.name}-${index}`))
      await fleet.restart(replica)
    }
    await expectOneSuccessEach(await Promise.all(ids))
  }, 180_000)

  it('lose and repeat nothing when the database crashes, or a session in the midst of a commit (F6)', async () => {
    const before = await invocations()
    const ids = Array.from({length: 6}, (_, index) => submit(`crash-${index}`))
    await sleep(50)
    await postgres.stop('immediate')
    await sleep(200)
    await postgres.start()
    for (let index = 0; index < 6; index++) {
      ids.push(submit(`session-${index}`))
      await postgres.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'assist' and state = 'active'`,
      )
    }
    await expectOneSuccessEach(await Promise.all(ids))
    expect(await invocations()).toBe(before + ids.length)
  }, 180_000)

  it('answer 503 within ten seconds when the way to the database hangs, and recover by themselves (F7)', async () => {
    const [replica] = fleet.replicas as [Replica]
    const ready = async (): Promise<number> => {
      const signal = AbortSignal.timeout(15_000)
      return (await fetch(`http://127.0.0.1:${replica.port}/readyz`, {signal})).status
    }
    expect(await ready()).toBe(200)
    ways.get(replica.name)?.stall()
    const begunMs = performance.now()
    const direct = popClient({...fleet, url: `http://127.0.0.1:${replica.port}`})
    await expect(direct('DescribeCommands', {})).rejects.toMatchObject({code: 'ServiceUnavailable'})
    expect(performance.now() - begunMs).toBeLessThan(10_000)
    expect(await ready()).toBe(503)
    ways.get(replica.name)?.resume()
    await expect.poll(ready, {timeout: 30_000}).toBe(200)
    await expectOneSuccessEach([await submit('after-the-stall')])
  })

  it('have a new leader when the old one stands still, who changes nothing stale when it wakes (F8)', async () => {
    const leading = async (): Promise<Replica | undefined> => {
      const port = await leaderPort()
      return fleet.replicas.find(({name}) => port !== undefined && ways.get(name)?.ports().includes(port))
    }
    await expect.poll(leading, {timeout: 30_000}).toBeDefined()
    const sleeper = (await leading()) as Replica
    sleeper.running.process.kill('SIGSTOP')
    sleeper.isOut = true
    const after = async (): Promise<string | undefined> => (await leading())?.name
    await expect
      .poll(after, {timeout: 30_000, interval: 300})
      .toSatisfy((name) => name !== undefined && name !== sleeper.name)
    const ids = await Promise.all(Array.from({length: 3}, (_, index) => submit(`asleep-${index}`)))
    sleeper.running.process.kill('SIGCONT')
    sleeper.isOut = false
    await expectOneSuccessEach([...ids, await submit('awake-0'), await submit('awake-1')])
    expect(await after()).not.toBe(sleeper.name)
  }, 180_000)
})
