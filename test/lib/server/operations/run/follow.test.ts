import {describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../../../src/lib/protocol/agent/paths.ts'
import type {ReportAnswer} from '../../../../../src/lib/protocol/agent/report-answer.ts'
import {createRpc} from '../../../../../src/lib/server/api/rpc.ts'
import {unfollowSilent} from '../../../../../src/lib/server/maintenance/unfollow.ts'
import {createAccessKey} from '../../../../../src/lib/server/store/calls/access-keys.ts'
import {type Agent, addAgent, type Face, openFace, START_MS} from '../../../../support/agent-face.ts'
import {type Parameters, signedV1} from '../../../../support/rpc-client.ts'
import type {Body} from '../../../../support/rpc-server.ts'

const KIB = 1024
const START = START_MS + 500

/** A run on one instance, and both its sides: the agent that reports on it, and whoever looks. */
async function setUp({strong = true, run = {}, userAgent = ''} = {}) {
  const face = await openFace()
  const agent = await addAgent(face, {strong})
  const rpc = createRpc(face.deps)
  const key = await face.deps.db.write((tx) =>
    createAccessKey(tx, face.deps, {accountId: 'account-1', description: '', nowMs: face.clock.nowMs}),
  )
  const call = async (action: string, parameters: Parameters, headers: Record<string, string> = {}): Promise<Body> => {
    const signing = {key, nowMs: face.clock.nowMs, headers}
    const response = await rpc(signedV1('POST', action, {RegionId: 'cn-test', ...parameters}, signing), {source: 's'})
    const body = await response.json()
    if (response.status !== 200) throw new Error(JSON.stringify(body))
    return body
  }
  const asked = {Type: 'RunShellScript', CommandContent: 'x', InstanceId: [agent.instanceId], ...run}
  const {InvokeId: taskId} = await call('RunCommand', asked, {'user-agent': userAgent})
  await agent.fetchList()
  let printed = 0
  const print = async (bytes: Uint8Array, query: Record<string, string> = {}): Promise<ReportAnswer> => {
    const offset = printed
    printed += bytes.length
    return report(agent, 'running', {taskId, start: String(START), offset: String(offset), ...query}, bytes)
  }
  const finish = () =>
    agent.report('finish', {taskId, start: START, end: START + 1, exitCode: 0, dropped: 0, offset: printed})
  const look = async (position: number, {id = 'me', ...more}: Parameters & {id?: string} = {}) => {
    const AssistFollow = [{InstanceId: agent.instanceId, Position: position}]
    const body = await call('DescribeInvocationResults', {InvokeId: taskId, AssistFollower: id, AssistFollow, ...more})
    const [output] = body.AssistOutputs?.AssistOutput ?? []
    const [result] = body.Invocation.InvocationResults.InvocationResult
    return {
      position: output?.Position,
      bytes: Buffer.from(output?.Content ?? '', 'base64'),
      end: output?.End,
      status: result.InvocationStatus,
      result,
    }
  }
  const skip = () => print(new Uint8Array(0))
  return {face, agent, taskId, call, print, skip, finish, look}
}

async function report(agent: Agent, kind: 'running', query: Record<string, string>, bytes: Uint8Array) {
  const response = await agent.send('POST', `${AGENT_PATHS[kind]}?${new URLSearchParams(query)}`, bytes)
  return (await response.json()) as ReportAnswer
}

async function keptAside(face: Face): Promise<number> {
  const rows = await face.deps.db.read.selectFrom('unread_output').select(['position', 'end_position']).execute()
  return rows.reduce((sum, row) => sum + row.end_position - row.position, 0)
}

const bytes = (size: number, seed = 0): Buffer =>
  Buffer.from(Array.from({length: size}, (_, i) => (i * 7 + seed) % 251))

const FOLLOWED = {run: {AssistFollower: 'me'}}

describe('an output that is followed', () => {
  it('comes whole, however much of it there is, and is forgotten as it is read', async () => {
    const {face, print, look} = await setUp(FOLLOWED)
    const all = bytes(300 * KIB)
    await print(all.subarray(0, 100 * KIB))
    await print(all.subarray(100 * KIB))
    expect(await keptAside(face)).toBe(276 * KIB)
    const read: Buffer[] = []
    let position = 0
    for (;;) {
      const next = await look(position, {AssistMostBytes: 64 * KIB})
      expect({position: next.position, end: next.end}).toEqual({position, end: all.length})
      expect(next.bytes.length).toBeLessThanOrEqual(64 * KIB)
      if (next.bytes.length === 0) break
      read.push(next.bytes)
      position += next.bytes.length
    }
    expect(Buffer.concat(read)).toEqual(all)
    expect(await keptAside(face)).toBe(0)
  })

  it('is not told twice: the result leaves it out', async () => {
    const {print, look} = await setUp(FOLLOWED)
    await print(bytes(10))
    expect((await look(0)).result).not.toHaveProperty('Output')
  })

  it('has all of its bytes once the state is final', async () => {
    const {print, finish, look} = await setUp(FOLLOWED)
    await print(bytes(50 * KIB))
    await finish()
    expect(await look(0)).toMatchObject({status: 'Success', position: 0, end: 50 * KIB})
  })

  it('is answered at once while there is some left, whatever the version', async () => {
    const {face, print, call, agent, taskId} = await setUp(FOLLOWED)
    await print(bytes(10))
    const before = face.clock.nowMs
    const AssistFollow = [{InstanceId: agent.instanceId, Position: 3}]
    const {AssistVersion} = await call('DescribeInvocationResults', {InvokeId: taskId}, {'x-assist-wait': '0'})
    const held = {'x-assist-wait': '20000', 'x-assist-since': AssistVersion}
    const body = await call('DescribeInvocationResults', {InvokeId: taskId, AssistFollower: 'me', AssistFollow}, held)
    expect(body.AssistOutputs.AssistOutput[0]).toMatchObject({Position: 3, End: 10})
    expect(face.clock.nowMs).toBe(before)
  })

  it('tells by its position what is missing from before it was followed', async () => {
    const {print, look} = await setUp()
    await print(bytes(40 * KIB))
    expect(await look(0)).toMatchObject({position: 16 * KIB, end: 40 * KIB})
  })

  it('goes to several, and waits for the slower one', async () => {
    const {face, print, look} = await setUp(FOLLOWED)
    await look(0, {id: 'other'})
    await print(bytes(100 * KIB))
    await look(100 * KIB)
    expect(await keptAside(face)).toBe(76 * KIB)
    await look(60 * KIB, {id: 'other'})
    await look(100 * KIB, {id: 'other'})
    expect(await keptAside(face)).toBe(0)
  })

  it('tells of bytes that are missing at its very end, where nothing comes behind them', async () => {
    const {agent, taskId, print, look} = await setUp({...FOLLOWED, strong: false})
    await print(bytes(10))
    await agent.report('finish', {taskId, start: START, end: START + 1, exitCode: 0, dropped: 5})
    expect(await look(10)).toMatchObject({status: 'Success', position: 15, bytes: Buffer.alloc(0), end: 15})
  })

  it('is not that of a schedule, which has one for each round', async () => {
    const {print, look} = await setUp({run: {AssistFollower: 'me', RepeatMode: 'EveryReboot'}})
    await print(bytes(100 * KIB))
    const {result, position} = await look(0)
    expect([position, Buffer.from(result.Output, 'base64').length]).toEqual([undefined, 24 * KIB])
  })

  it('is of nobody else', async () => {
    const {call, agent} = await setUp(FOLLOWED)
    const AssistFollow = [{InstanceId: agent.instanceId, Position: 0}]
    const body = await call('DescribeInvocationResults', {InvokeId: 't-unknown', AssistFollower: 'x', AssistFollow})
    expect(body).not.toHaveProperty('AssistOutputs')
  })

  it.each([
    {parameters: {AssistFollower: 'A B'}, says: 'AssistFollower must be'},
    {parameters: {AssistFollower: 'a', AssistFollow: [{InstanceId: 'i', Position: -1}]}, says: 'between 0 and'},
    {parameters: {AssistMostBytes: KIB * KIB + 1}, says: 'AssistMostBytes must be'},
  ])('refuses $parameters', async ({parameters, says}) => {
    const {call, taskId} = await setUp()
    await expect(call('DescribeInvocationResults', {InvokeId: taskId, ...parameters})).rejects.toThrow(says)
  })
})

describe('an agent whose run is followed', () => {
  it('hears how much room there is, until what it told was read', async () => {
    const {print, skip, look} = await setUp(FOLLOWED)
    expect((await print(bytes(0))).follow).toEqual({to: 0, room: 2 * KIB * KIB})
    const half = KIB * KIB
    expect((await print(bytes(half))).follow).toEqual({to: half, room: half})
    expect((await print(bytes(half))).follow).toEqual({to: 2 * half, room: 0})
    await look(half)
    expect((await skip()).follow).toEqual({to: 2 * half, room: half})
  })

  it('is held while there is no room, as long as it asks for', async () => {
    const {face, print} = await setUp(FOLLOWED)
    await print(bytes(KIB * KIB))
    const real = {...face.deps.changes}
    const waits: number[] = []
    face.deps.changes.next = async (_id, ms) => {
      waits.push(ms)
      face.clock.nowMs += ms
    }
    expect((await print(bytes(KIB * KIB), {wait: '1200'})).follow?.room).toBe(0)
    expect(waits).toEqual([500, 500, 200])
    Object.assign(face.deps.changes, real)
  })

  it('hears nothing when nobody follows, or nobody said so', async () => {
    const {print, face} = await setUp()
    expect(await print(bytes(100 * KIB))).not.toHaveProperty('follow')
    expect(await keptAside(face)).toBe(0)
  })

  it('does not wait for somebody who left something unread for ten seconds', async () => {
    const {face, print, skip, look} = await setUp(FOLLOWED)
    await print(bytes(100 * KIB))
    face.clock.nowMs += 9_000
    expect((await skip()).follow).toBeDefined()
    face.clock.nowMs += 2_000
    expect(await skip()).not.toHaveProperty('follow')
    await print(bytes(100 * KIB))
    expect(await keptAside(face)).toBe(76 * KIB)
    // It comes back: what was kept for it is there, then comes the hole.
    const kept = await look(0)
    expect([kept.position, kept.bytes.length]).toEqual([0, 76 * KIB])
    const behind = await look(76 * KIB)
    expect([behind.position, behind.bytes.length]).toEqual([176 * KIB, 24 * KIB])
    expect((await skip()).follow).toBeDefined()
  })

  it('does not wait for somebody who has nothing to read, or who reads slowly', async () => {
    const {face, print, skip, look} = await setUp(FOLLOWED)
    face.clock.nowMs += 25_000
    expect((await skip()).follow).toBeDefined()
    await print(bytes(200 * KIB))
    for (const position of [10, 20, 30]) {
      face.clock.nowMs += 8_000
      await look(position * KIB)
      expect((await skip()).follow).toBeDefined()
    }
  })

  it('need not hold anything once nobody has looked for half a minute', async () => {
    const {face, print, skip} = await setUp(FOLLOWED)
    await print(bytes(100 * KIB))
    face.clock.nowMs += 31_000
    expect(await skip()).not.toHaveProperty('follow')
    await unfollowSilent(face.deps)
    expect(await keptAside(face)).toBe(0)
    expect(await face.deps.db.read.selectFrom('followers').selectAll().execute()).toEqual([])
  })

  it('is not told of official agents, which know no positions', async () => {
    const {print} = await setUp({...FOLLOWED, strong: false})
    expect(await print(bytes(10))).not.toHaveProperty('follow')
  })
})

describe('a run by a command line of ours that has not said whether it follows', () => {
  const CLI = {userAgent: 'assist/1.2.3'}

  it('is held for the first look', async () => {
    const {face, print, skip, look} = await setUp(CLI)
    expect((await print(bytes(100 * KIB))).follow).toBeDefined()
    await look(0)
    face.clock.nowMs += 3000
    expect((await skip()).follow).toBeDefined()
  })

  it('is not held any more when no look comes', async () => {
    const {face, skip} = await setUp(CLI)
    face.clock.nowMs += 2500
    expect(await skip()).not.toHaveProperty('follow')
  })

  it('is not held any more once a look says that it does not', async () => {
    const {call, taskId, skip} = await setUp(CLI)
    await call('DescribeInvocationResults', {InvokeId: taskId, AssistFollower: 'none'})
    expect(await skip()).not.toHaveProperty('follow')
  })

  it('is not held when it said that it does not', async () => {
    const {skip} = await setUp({...CLI, run: {AssistFollower: 'none'}})
    expect(await skip()).not.toHaveProperty('follow')
  })
})
