import {createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID} from 'node:crypto'
import {join} from 'node:path'
import {afterEach} from 'vitest'
import type {Clock} from '../../src/lib/core/clock.ts'
import {createId} from '../../src/lib/core/ids.ts'
import type {LogFields} from '../../src/lib/core/log.ts'
import {AGENT_PATHS} from '../../src/lib/protocol/agent/paths.ts'
import {SIGNATURE_HEADERS, signOfficial, signStrong} from '../../src/lib/protocol/agent/signature.ts'
import type {WireTaskList} from '../../src/lib/protocol/agent/task-list.ts'
import type {TaskState} from '../../src/lib/protocol/ecs/status.ts'
import {scheduleKind} from '../../src/lib/protocol/repeat.ts'
import {expressionKind} from '../../src/lib/schedule/kind.ts'
import {type App, createApp} from '../../src/lib/server/app.ts'
import type {ServerDeps} from '../../src/lib/server/deps.ts'
import {createClockWatch} from '../../src/lib/server/maintenance/clock-watch.ts'
import type {InvocationRow, ResultRow, TaskRow} from '../../src/lib/server/store/schema.ts'
import {createSecretBox} from '../../src/lib/server/store/secret-box.ts'
import {createChanges} from '../../src/lib/server/wake/changes.ts'
import {createKicker} from '../../src/lib/server/wake/kicker.ts'
import {tempFolder} from './temp-folder.ts'
import {openTestDatabase} from './test-database.ts'

export const START_MS = Date.UTC(2030, 0, 2, 3, 4, 5)

/** A control plane without a port, its database in a temporary folder and its clock in the test's hand. */
export interface Face {
  deps: ServerDeps
  app: App
  clock: TestClock
  logged: Array<{message: string; fields: LogFields}>
  rpcCalls: Request[]
}

export interface TestClock extends Clock {
  nowMs: number
  /** How much of the time did not pass: the clock was set. */
  jumpMs: number
}

const opened: Face[] = []

afterEach(async () => {
  for (const face of opened.splice(0)) await face.deps.db.close()
})

export async function openFace(): Promise<Face> {
  const clock: TestClock = {
    nowMs: START_MS,
    jumpMs: 0,
    now: () => clock.nowMs,
    monotonic: () => clock.nowMs - clock.jumpMs,
    sleep: async (ms) => {
      clock.nowMs += ms
    },
  }
  const logged: Face['logged'] = []
  const note = (message: string, fields: LogFields = {}): void => {
    logged.push({message, fields})
  }
  const deps: ServerDeps = {
    db: await openTestDatabase(join(tempFolder(), 'assist.db')),
    clock,
    clockWatch: createClockWatch(clock),
    randomBytes: (size) => randomBytes(size),
    log: {info: note, warn: note, error: note},
    changes: createChanges(),
    kicker: createKicker(),
    secrets: createSecretBox(randomBytes(32), (size) => randomBytes(size)),
    regions: ['cn-test'],
  }
  const rpcCalls: Request[] = []
  const rpc = async (request: Request): Promise<Response> => {
    rpcCalls.push(request)
    return new Response('rpc')
  }
  const face = {deps, app: createApp(deps, {rpc}), clock, logged, rpcCalls}
  opened.push(face)
  return face
}

/** Two pairs for the whole file: making one takes a tenth of a second. */
export const KEYS = [newKey(), newKey()] as const

export interface Key {
  privateKey: KeyObject
  pem: string
}

export function newKey(bits = 2048): Key {
  const {privateKey, publicKey} = generateKeyPairSync('rsa', {modulusLength: bits})
  return {privateKey, pem: publicKey.export({type: 'spki', format: 'pem'}).toString()}
}

export const ACTIVATION_CODE = 'a-code-of-the-test'

export async function addActivation(face: Face, change: Record<string, string | number> = {}): Promise<string> {
  const activationId = randomUUID()
  await face.deps.db.write((tx) =>
    tx
      .insertInto('activations')
      .values({
        activation_id: activationId,
        account_id: 'account-1',
        region_id: 'cn-test',
        code_hash: createHash('sha256').update(ACTIVATION_CODE).digest('hex'),
        description: '',
        instance_name: '',
        instance_count: 10,
        registered_count: 0,
        deregistered_count: 0,
        ttl_hours: 4,
        ip_address_range: '',
        resource_group_id: '',
        id_prefix: 'mi-',
        disabled: 0,
        deleted: 0,
        created_at_ms: face.clock.nowMs,
        ...change,
      })
      .execute(),
  )
  return activationId
}

export function registration(activationId: string, key: Key, change: Record<string, unknown> = {}) {
  return {
    activationCode: ACTIVATION_CODE,
    machineId: '3d12',
    regionId: 'local',
    instanceName: 'vm1',
    hostname: 'vm',
    intranetIp: '10.0.0.5',
    osVersion: 'Linux_#1 SMP_x86_64',
    osType: 'linux',
    agentVersion: '2.2.3.578',
    publicKey: Buffer.from(key.pem).toString('base64'),
    activationId,
    tag: [{key: 'k1', value: 'v1'}],
    ...change,
  }
}

export async function post(face: Face, path: string, body: unknown, source = '127.0.0.1'): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return face.app.fetch(new Request(`http://plane${path}`, {method: 'POST', body: text}), {source})
}

/** An agent's side of the wire: official, or ours with `strong`. */
export interface Agent {
  instanceId: string
  key: Key
  strong: boolean
  headers(method: string, target: string, body: Uint8Array, change?: Record<string, string>): Record<string, string>
  send(method: string, target: string, body?: string | Uint8Array, change?: Record<string, string>): Promise<Response>
  fetchList(query?: string, body?: string): Promise<WireTaskList>
  report(kind: Reported, query: Record<string, string | number>, body?: string | Uint8Array): Promise<number>
}

type Reported = 'running' | 'finish' | 'timeout' | 'error' | 'stopped' | 'invalid' | 'verified'

export async function addAgent(
  face: Face,
  options: {strong?: boolean; key?: Key; activation?: Record<string, string | number>} = {},
): Promise<Agent> {
  const {strong = false, key = KEYS[0]} = options
  const activationId = await addActivation(face, options.activation)
  const extra = strong ? {assistSignature: true} : {}
  const response = await post(face, AGENT_PATHS.register, registration(activationId, key, extra))
  const {instanceId} = (await response.json()) as {instanceId: string}
  return agentOf(face, {instanceId, key, strong})
}

function agentOf(face: Face, who: {instanceId: string; key: Key; strong: boolean}): Agent {
  const headers: Agent['headers'] = (method, target, body, change = {}) => {
    const signing = {
      instanceId: who.instanceId,
      machineId: '3d12',
      timestamp: String(face.clock.nowMs),
      requestId: randomUUID(),
      ...change,
    }
    return {
      'user-agent': 'linux_amd64/2.2.3.578',
      [SIGNATURE_HEADERS.instanceId]: signing.instanceId,
      [SIGNATURE_HEADERS.timestamp]: signing.timestamp,
      [SIGNATURE_HEADERS.requestId]: signing.requestId,
      [SIGNATURE_HEADERS.signature]: signOfficial(who.key.privateKey, signing),
      ...(who.strong && {
        [SIGNATURE_HEADERS.strong]: signStrong(who.key.privateKey, signing, {method, target, body}),
      }),
    }
  }
  const send: Agent['send'] = (method, target, body = '', change = {}) => {
    const bytes = Buffer.from(body)
    const init = {method, headers: headers(method, target, bytes, change), ...(method === 'POST' && {body: bytes})}
    return face.app.fetch(new Request(`http://plane${target}`, init), {source: '127.0.0.1', target})
  }
  return {
    ...who,
    headers,
    send,
    fetchList: async (query = 'reason=kickoff', body = '') => {
      const response = await send('POST', `${AGENT_PATHS.taskList}?${query}&currentTime=1&offset=0&timeZone=UTC`, body)
      if (response.status !== 200) throw new Error(`task list: ${response.status} ${await response.text()}`)
      return (await response.json()) as WireTaskList
    },
    report: async (kind, query, body) => {
      const text = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      )
      return (await send('POST', `${AGENT_PATHS[kind]}?${text}`, body)).status
    },
  }
}

/** Accepts an invocation as RunCommand would, for these instances. Returns its id. */
export async function addInvocation(
  face: Face,
  instanceIds: readonly string[],
  change: Partial<InvocationRow> & {task?: Partial<TaskRow>} = {},
): Promise<string> {
  const {task, ...invocation} = change
  const nowMs = face.clock.nowMs
  const invokeId = createId('t-', face.deps.randomBytes)
  const repeatMode = invocation.repeat_mode ?? 'Once'
  await face.deps.db.write(async (tx) => {
    await tx
      .insertInto('invocations')
      .values({
        invoke_id: invokeId,
        account_id: 'account-1',
        region_id: 'cn-test',
        command_id: 'c-1',
        command_name: 'name; rm -rf /',
        command_description: '',
        command_type: 'RunShellScript',
        content: 'echo hello; exit 3',
        enable_parameter: 0,
        launcher: '',
        working_dir: '',
        timeout_sec: 60,
        username: '',
        windows_password_name: '',
        container_id: '',
        container_name: '',
        oss_output_delivery: '',
        parameters_json: '{}',
        repeat_mode: repeatMode,
        frequency: '',
        termination_mode: '',
        resource_group_id: '',
        invoke_version: 0,
        change_count: 1,
        created_at_ms: nowMs,
        ...invocation,
        schedule_kind: scheduleKind(repeatMode, expressionKind(invocation.frequency ?? '')),
      })
      .execute()
    for (const instanceId of instanceIds) {
      await tx
        .insertInto('tasks')
        .values({
          invoke_id: invokeId,
          instance_id: instanceId,
          state: 'Pending',
          open: 1,
          rounds: 0,
          error_code: '',
          error_info: '',
          delivered_at_ms: 0,
          deadline_ms: repeatMode === 'Once' || repeatMode === 'DryRun' ? nowMs + 60_000 : 0,
          stop_at_ms: 0,
          inferred: 0,
          recall: 0,
          created_at_ms: nowMs,
          updated_at_ms: nowMs,
          ...task,
        })
        .execute()
    }
  })
  return invokeId
}

export async function taskOf(face: Face, invokeId: string, instanceId: string): Promise<TaskRow> {
  return face.deps.db.read
    .selectFrom('tasks')
    .selectAll()
    .where('invoke_id', '=', invokeId)
    .where('instance_id', '=', instanceId)
    .executeTakeFirstOrThrow()
}

export async function stateOf(face: Face, invokeId: string, instanceId: string): Promise<TaskState> {
  return (await taskOf(face, invokeId, instanceId)).state
}

/** In order of their rounds, with the output as text. */
export async function roundsOf(
  face: Face,
  invokeId: string,
): Promise<Array<Omit<ResultRow, 'output'> & {text: string}>> {
  const rows = await face.deps.db.read
    .selectFrom('results')
    .selectAll()
    .where('invoke_id', '=', invokeId)
    .orderBy('round')
    .execute()
  return rows.map(({output, ...row}) => ({...row, text: Buffer.from(output).toString('utf8')}))
}

export async function changeCountOf(face: Face, invokeId: string): Promise<number> {
  const row = await face.deps.db.read
    .selectFrom('invocations')
    .select('change_count')
    .where('invoke_id', '=', invokeId)
    .executeTakeFirstOrThrow()
  return row.change_count
}
