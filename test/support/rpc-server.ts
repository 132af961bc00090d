import {randomBytes} from 'node:crypto'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Insertable} from 'kysely'
import type {Clock} from '../../src/lib/core/clock.ts'
import type {LogFields} from '../../src/lib/core/log.ts'
import {createRpc, type Rpc} from '../../src/lib/server/api/rpc.ts'
import type {ServerDeps} from '../../src/lib/server/deps.ts'
import {createClockWatch} from '../../src/lib/server/maintenance/clock-watch.ts'
import {createAccessKey} from '../../src/lib/server/store/calls/access-keys.ts'
import type {InstanceRow, ResultRow} from '../../src/lib/server/store/schema.ts'
import {createSecretBox} from '../../src/lib/server/store/secret-box.ts'
import {createChanges} from '../../src/lib/server/wake/changes.ts'
import type {Kicker} from '../../src/lib/server/wake/kicker.ts'
import {type Parameters, type Signing, signedV1, type TestKey} from './rpc-client.ts'
import {openTestDatabase} from './test-database.ts'

/** Whatever JSON came back; tests look into it by path. */
// biome-ignore lint/suspicious/noExplicitAny: an answer is read field by field, and a wrong field must fail the test, not the compiler
export type Body = any

export interface Answer {
  status: number
  body: Body
}

export const REGION = 'cn-hangzhou'

/** A control plane over a database in a temporary folder, with a clock that stands still and agents that only note their kicks. */
export interface TestServer {
  rpc: Rpc
  deps: ServerDeps
  clock: {nowMs: number}
  key: TestKey
  kicks: string[]
  disconnected: string[]
  logged: Array<{message: string; fields: LogFields | undefined}>
  /** Signs with V1 and sends; RegionId is added unless given. */
  call(action: string, parameters?: Parameters, signing?: Partial<Signing>): Promise<Answer>
  /** As `call`, and fails the test unless it was accepted. */
  ok(action: string, parameters?: Parameters, signing?: Partial<Signing>): Promise<Body>
  send(request: Request): Promise<Answer>
  addKey(accountId: string): Promise<TestKey>
  addInstance(id: string, change?: Partial<InstanceRow>): Promise<string>
  /** Ends a task the way an agent's reports do. */
  addResult(invokeId: string, instanceId: string, change?: Partial<Insertable<ResultRow>>): Promise<void>
  close(): Promise<void>
}

export async function startTestServer(change: Partial<ServerDeps> = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'assist-rpc-'))
  const db = change.db ?? (await openTestDatabase(join(folder, 'server.db')))
  const clock = {nowMs: Date.parse('2026-01-02T03:04:05Z')}
  const kicks: string[] = []
  const disconnected: string[] = []
  const logged: TestServer['logged'] = []
  const log = (message: string, fields?: LogFields): void => void logged.push({message, fields})
  const deps: ServerDeps = {
    db,
    clock: standingClock(clock),
    clockWatch: createClockWatch(standingClock(clock)),
    randomBytes,
    log: {info: log, warn: log, error: log},
    changes: createChanges(),
    kicker: notingKicker(kicks, disconnected),
    secrets: createSecretBox(randomBytes(32), randomBytes),
    regions: [],
    ...change,
  }
  const rpc = createRpc(deps)
  const addKey = (accountId: string): Promise<TestKey> =>
    db.write((tx) => createAccessKey(tx, deps, {accountId, description: '', nowMs: clock.nowMs}))
  const key = await addKey('1000')
  const send = async (request: Request): Promise<Answer> => {
    const response = await rpc(request, {source: '192.0.2.1'})
    return {status: response.status, body: await response.json()}
  }
  const call: TestServer['call'] = (action, parameters = {}, signing = {}) =>
    send(signedV1('POST', action, {RegionId: REGION, ...parameters}, {key, nowMs: clock.nowMs, ...signing}))
  return {
    rpc,
    deps,
    clock,
    key,
    kicks,
    disconnected,
    logged,
    call,
    send,
    addKey,
    ok: async (action, parameters, signing) => {
      const {status, body} = await call(action, parameters, signing)
      if (status !== 200) throw new Error(`${action} was refused: ${JSON.stringify(body)}`)
      return body
    },
    addInstance: async (id, row = {}) => {
      await db.write((tx) =>
        tx
          .insertInto('instances')
          .values({...instanceRow(id, clock.nowMs), ...row})
          .execute(),
      )
      return id
    },
    addResult: async (invokeId, instanceId, row = {}) => {
      const result = {...resultRow(invokeId, instanceId, clock.nowMs), ...row}
      const open = result.state === 'Running' ? 1 : 0
      await db.write(async (tx) => {
        await tx.insertInto('results').values(result).execute()
        await tx
          .updateTable('tasks')
          .set({state: result.state, open, rounds: result.round})
          .where('invoke_id', '=', invokeId)
          .where('instance_id', '=', instanceId)
          .execute()
        await tx
          .updateTable('invocations')
          .set((eb) => ({change_count: eb('change_count', '+', 1)}))
          .where('invoke_id', '=', invokeId)
          .execute()
      })
    },
    close: async () => {
      await db.close()
      rmSync(folder, {recursive: true, force: true})
    },
  }
}

function standingClock(time: {nowMs: number}): Clock {
  return {now: () => time.nowMs, monotonic: () => time.nowMs, sleep: async () => {}}
}

function notingKicker(kicks: string[], disconnected: string[]): Kicker {
  return {
    kick: (instanceId, {kind, taskId}) => void kicks.push(`${instanceId} ${kind} ${taskId}`),
    connected: () => () => {},
    left: () => {},
    goneSinceMs: () => undefined,
    findRival: async () => false,
    isContested: () => false,
    isConnected: () => false,
    connectedInstances: () => [],
    connectedCount: () => 0,
    disconnect: (instanceId) => void disconnected.push(instanceId),
    replaced: () => {},
    closeAll: () => {},
  }
}

function instanceRow(id: string, nowMs: number): InstanceRow {
  return {
    instance_id: id,
    account_id: '1000',
    region_id: REGION,
    name: `name of ${id}`,
    activation_id: 'activation-1',
    machine_id: `machine of ${id}`,
    public_key: '',
    strong: 1,
    hostname: `host-${id}`,
    intranet_ip: '10.0.0.1',
    internet_ip: '198.51.100.1',
    os_type: 'linux',
    os_version: 'Debian 12',
    agent_version: '2.2.3.999',
    slots: 10,
    resource_group_id: '',
    invocation_count: 3,
    last_invoked_at_ms: 0,
    last_seen_at_ms: nowMs,
    registered_at_ms: nowMs,
    deregistered_at_ms: 0,
  }
}

function resultRow(
  invokeId: string,
  instanceId: string,
  nowMs: number,
): Insertable<ResultRow> & Pick<ResultRow, 'state' | 'round'> {
  return {
    invoke_id: invokeId,
    instance_id: instanceId,
    start_ms: nowMs + 1000,
    round: 1,
    state: 'Success',
    end_ms: nowMs + 3000,
    exit_code: 0,
    error_code: '',
    error_info: '',
    output: Buffer.from('123\n'),
    dropped: 0,
    output_end: 4,
    gap_after: 0,
    gap_bytes: 0,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
  }
}
