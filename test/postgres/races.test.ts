import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Database} from '../../src/lib/server/store/database.ts'
import {type MarkName, setMark} from '../../src/lib/server/store/marks.ts'
import {openPostgres} from '../../src/lib/server/store/postgres/open.ts'
import {parseDatabaseUrl} from '../../src/lib/server/store/postgres/settings.ts'
import {applyReport} from '../../src/lib/server/store/runs/apply-report.ts'
import {takeOffers} from '../../src/lib/server/store/runs/deliver.ts'
import {readResults} from '../../src/lib/server/store/runs/task-results.ts'
import {installPostgres, type Postgres, startPostgres} from '../support/postgres.ts'
import {REGION, startTestServer, type TestServer} from '../support/rpc-server.ts'

const installed = installPostgres()
const script = {RegionId: REGION, Type: 'RunShellScript', CommandContent: 'ZWNobyAx', Timeout: '60'}

describe.skipIf('skipped' in installed)('two replicas on one database', () => {
  let postgres: Postgres
  let dbs: [Database, Database]
  let servers: [TestServer, TestServer]

  beforeAll(async () => {
    if ('skipped' in installed) return
    postgres = await startPostgres(installed)
    const address = await postgres.createDatabase()
    const open = () => openPostgres(parseDatabaseUrl(address, {}), {connections: 10})
    dbs = await Promise.all([open(), open()])
    const first = await startTestServer({db: dbs[0]})
    servers = [first, await startTestServer({db: dbs[1], secrets: first.deps.secrets})]
  })
  afterAll(async () => {
    for (const server of servers ?? []) await server.close()
    await postgres?.remove()
  })

  const at = (index: number): TestServer => servers[index % 2] as TestServer
  const signing = {} as {key?: TestServer['key']}
  beforeAll(() => {
    signing.key = servers?.[0].key as TestServer['key']
  })

  it('give one invocation to a hundred calls with one client token (F9)', async () => {
    await at(0).addInstance('mi-token')
    const parameters = {...script, 'InstanceId.1': 'mi-token', ClientToken: 'one-token'}
    const answers = await Promise.all(
      Array.from({length: 100}, (_, index) => at(index).call('RunCommand', parameters, signing)),
    )
    expect(answers.filter(({status}) => status !== 200)).toEqual([])
    expect(new Set(answers.map(({body}) => body.InvokeId)).size).toBe(1)
    const rows = await dbs[0].read
      .selectFrom('tasks')
      .select('invoke_id')
      .where('instance_id', '=', 'mi-token')
      .execute()
    expect(rows).toHaveLength(1)
  })

  it('take a signed request once (F10)', async () => {
    await at(0).addInstance('mi-nonce')
    const parameters = {...script, 'InstanceId.1': 'mi-nonce'}
    const call = (index: number) => at(index).call('RunCommand', parameters, {...signing, nonce: 'the-same-nonce'})
    const statuses = await Promise.all([call(0), call(1)])
    expect(statuses.map(({status}) => status).sort()).toEqual([200, 400])
    expect(await call(1)).toMatchObject({status: 400, body: {Code: 'SignatureNonceUsed'}})
  })

  it('put the parts of an output together as if they had come one after the other', async () => {
    const {nowMs} = at(0).clock
    for (let round = 0; round < 20; round++) {
      const instanceId = await at(0).addInstance(`mi-output-${round}`)
      const {InvokeId: invokeId} = await at(0).ok('RunCommand', {...script, 'InstanceId.1': instanceId}, signing)
      const tell = (db: Database, text: string) =>
        db.write((tx) =>
          applyReport(tx, {
            instanceId,
            bytes: Buffer.from(text),
            recallsByStop: false,
            nowMs,
            report: {kind: 'running', taskId: invokeId, invokeVersion: 0, startMs: nowMs, offset: 0},
          }),
        )
      await tell(dbs[0], '')
      await Promise.all([tell(dbs[0], 'ab'), tell(dbs[1], 'abcdef'), tell(dbs[0], 'abcd')])
      const [result] = await readResults(dbs[0].read, [{invokeId, instanceId}])
      expect(Buffer.from(result?.output ?? []).toString()).toBe('abcdef')
      expect(result).toMatchObject({rounds: 1, dropped: 0})
    }
  })

  it('keep to the slots of an agent that fetches at both', async () => {
    const instanceId = await at(0).addInstance('mi-slots')
    for (let index = 0; index < 12; index++) {
      await at(index).ok('RunCommand', {...script, 'InstanceId.1': instanceId}, signing)
    }
    const request = {
      instanceId,
      strong: 1,
      isStartup: false,
      isColdStart: false,
      slots: 5,
      nowMs: at(0).clock.nowMs,
    } as const
    const fetched = await Promise.all(
      [0, 1, 2, 3].map((index) => at(index).deps.db.write((tx) => takeOffers(tx, request))),
    )
    const taken = new Set(fetched.flatMap(({run}) => run.map((offer) => offer.invoke_id)))
    expect(taken.size).toBe(5)
  })

  it('leave nothing to do for an instance that was deregistered meanwhile', async () => {
    for (let round = 0; round < 20; round++) {
      const instanceId = await at(0).addInstance(`mi-gone-${round}`)
      await Promise.all([
        at(0).call('RunCommand', {...script, 'InstanceId.1': instanceId, RepeatMode: 'EveryReboot'}, signing),
        at(1).call('DeregisterManagedInstance', {InstanceId: instanceId}, signing),
      ])
    }
    const open = await dbs[0].read
      .selectFrom('tasks')
      .select('instance_id')
      .where('open', '=', 1)
      .where('instance_id', 'like', 'mi-gone-%')
      .execute()
    expect(open).toEqual([])
  })

  it('run a work again that another one was in the way of', async () => {
    const lock = async (db: Database, names: readonly MarkName[], runs: string[]): Promise<void> =>
      db.write(async (tx) => {
        runs.push(names.join())
        for (const name of names) {
          await setMark(tx, name, 1)
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      })
    const runs: string[] = []
    await lock(dbs[0], ['probe', 'time'], [])
    await Promise.all([lock(dbs[0], ['probe', 'time'], runs), lock(dbs[1], ['time', 'probe'], runs)])
    expect(runs).toHaveLength(3)
  })
})
