import {describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {expireUndelivered} from '../../../../src/lib/server/maintenance/expire.ts'
import {giveUpLost} from '../../../../src/lib/server/maintenance/give-up.ts'
import {kickAgain} from '../../../../src/lib/server/maintenance/kick-again.ts'
import {maintain} from '../../../../src/lib/server/maintenance/maintain.ts'
import {pruneAll} from '../../../../src/lib/server/maintenance/prune.ts'
import {appendAudit} from '../../../../src/lib/server/store/calls/audit.ts'
import type {Database} from '../../../../src/lib/server/store/database.ts'
import {expire, findUndelivered, findUnfinished, giveUp} from '../../../../src/lib/server/store/runs/overdue.ts'
import {requestStop} from '../../../../src/lib/server/store/runs/stop.ts'
import {
  addAgent,
  addInvocation,
  changeCountOf,
  type Face,
  openFace,
  roundsOf,
  START_MS,
  stateOf,
  taskOf,
} from '../../../support/agent-face.ts'

const START = START_MS + 1000
const FINISH = {start: START, end: START + 1000, exitCode: 0, dropped: 0}

async function look(face: Face, afterMs: number): Promise<void> {
  face.clock.nowMs += afterMs
  await expireUndelivered(face.deps)
  await giveUpLost(face.deps)
}

async function started() {
  const face = await openFace()
  const agent = await addAgent(face)
  const taskId = await addInvocation(face, [agent.instanceId])
  await agent.fetchList()
  await agent.report('running', {taskId, start: START}, 'a')
  return {face, agent, taskId}
}

describe('a task that nobody starts', () => {
  it.each([
    {
      name: 'its agent is silent',
      silentMs: 121_000,
      connected: false,
      code: 'ClientNotOnline',
      says: 'is not connected',
    },
    {name: 'its agent beats', silentMs: 0, connected: false, code: 'DeliveryTimeout', says: 'cannot be woken'},
    {
      name: 'its agent is connected',
      silentMs: 121_000,
      connected: true,
      code: 'DeliveryTimeout',
      says: 'did not fetch',
    },
  ])('expires after a minute, with what is known of the reason: $name', async ({silentMs, connected, code, says}) => {
    const face = await openFace()
    const agent = await addAgent(face)
    await agent.send('GET', AGENT_PATHS.heartBeat)
    face.clock.nowMs += silentMs
    if (connected)
      face.deps.kicker.connected(agent.instanceId, {send: () => {}, close: () => {}, answers: async () => false})
    const taskId = await addInvocation(face, [agent.instanceId])
    await look(face, 59_999)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Pending')
    const before = await changeCountOf(face, taskId)
    const woken = face.deps.changes.watch(taskId).next(20_000)
    await look(face, 1)
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
      ...{state: 'Expired', open: 0, error_code: code},
      error_info: expect.stringContaining(says),
    })
    expect(await changeCountOf(face, taskId)).toBe(before + 1)
    await woken
  })

  it('waits on once its agent has taken it, as do a schedule, a next boot and a started one', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const [taken, running, rate, boot] = [
      await addInvocation(face, [agent.instanceId]),
      await addInvocation(face, [agent.instanceId]),
      await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'}),
      await addInvocation(face, [agent.instanceId], {repeat_mode: 'NextRebootOnly'}),
    ]
    await agent.fetchList()
    await agent.report('running', {taskId: running ?? '', start: START})
    await look(face, 61_000)
    const states = await Promise.all(
      [taken, running, rate, boot].map((id) => stateOf(face, id ?? '', agent.instanceId)),
    )
    expect(states).toEqual(['Delivered', 'Running', 'Scheduled', 'Scheduled'])
  })
})

describe('a run of which nothing is heard', () => {
  it('is Lost two minutes after its timeout', async () => {
    const {face, agent, taskId} = await started()
    await look(face, 180_000)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Running')
    await look(face, 1000)
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
      state: 'Lost',
      open: 0,
      error_code: 'ClientNotResponse',
    })
    expect(await roundsOf(face, taskId)).toMatchObject([{state: 'Lost', text: 'a'}])
  })

  it('is not Lost while it prints', async () => {
    const {face, agent, taskId} = await started()
    for (let minute = 0; minute < 5; minute++) {
      await look(face, 60_000)
      await agent.report('running', {taskId, start: START}, '.')
    }
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Running')
  })

  it('is not Lost while its agent says that it goes on, silently', async () => {
    const {face, agent, taskId} = await started()
    for (let minute = 0; minute < 5; minute++) {
      await look(face, 60_000)
      await agent.report('running', {taskId, start: START})
    }
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Running')
  })

  it('loses the round of a recurring task, whose schedule goes on', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    await agent.fetchList()
    await agent.report('running', {taskId, start: START})
    await look(face, 181_000)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Scheduled')
    expect(await roundsOf(face, taskId)).toMatchObject([{state: 'Lost'}])
    await agent.report('finish', {taskId, ...FINISH}, 'late')
    expect(await roundsOf(face, taskId)).toMatchObject([{state: 'Success', text: 'late'}])
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Scheduled')
  })

  it('gives a stop up, too; that of a schedule waits for its agent', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const once = await addInvocation(face, [agent.instanceId])
    const rate = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    await agent.fetchList()
    for (const invokeId of [once, rate]) {
      await face.deps.db.write((tx) => requestStop(tx, {invokeId, instanceIds: undefined, nowMs: face.clock.nowMs}))
    }
    await look(face, 180_000)
    expect(await stateOf(face, once, agent.instanceId)).toBe('Stopping')
    await look(face, 3_600_000)
    expect(await stateOf(face, once, agent.instanceId)).toBe('Lost')
    expect(await stateOf(face, rate, agent.instanceId)).toBe('Stopping')
  })
})

describe('an inferred end', () => {
  it('is replaced once by a late result, which is recorded (F16)', async () => {
    const {face, agent, taskId} = await started()
    await look(face, 200_000)
    face.clock.nowMs += 23 * 3_600_000
    expect(await agent.report('running', {taskId, start: START}, 'b')).toBe(200)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Lost')
    expect(await agent.report('finish', {taskId, ...FINISH}, 'c')).toBe(200)
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
      state: 'Success',
      open: 0,
      inferred: 0,
      rounds: 1,
    })
    expect(await roundsOf(face, taskId)).toMatchObject([{state: 'Success', text: 'abc'}])
    await agent.report('finish', {taskId, ...FINISH, exitCode: 1})
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Success')
    const audit = await face.deps.db.read
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'Report.finish')
      .execute()
    expect(audit).toMatchObject([{caller: agent.instanceId, result: 'Replaced.Lost'}])
  })

  it('stays after a day', async () => {
    const {face, agent, taskId} = await started()
    await look(face, 200_000)
    face.clock.nowMs += 24 * 3_600_000 + 1
    expect(await agent.report('finish', {taskId, ...FINISH})).toBe(200)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Lost')
  })

  it('is replaced when an expired task ran after all', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    await look(face, 130_000)
    await agent.report('running', {taskId, start: START}, 'a')
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Expired')
    await agent.report('finish', {taskId, ...FINISH}, 'b')
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Success', rounds: 1})
    expect(await roundsOf(face, taskId)).toMatchObject([{state: 'Success', text: 'ab'}])
  })
})

describe('maintenance that is overtaken between its look and its deed (F17)', () => {
  it('leaves a run alone that has ended meanwhile', async () => {
    const {face, agent, taskId} = await started()
    face.clock.nowMs += 200_000
    const [overdue] = await findUnfinished(face.deps.db.read, face.clock.nowMs)
    await agent.report('finish', {taskId, ...FINISH})
    if (!overdue) throw new Error('nothing was overdue')
    expect(await face.deps.db.write((tx) => giveUp(tx, overdue, face.clock.nowMs))).toBe(false)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Success')
  })

  it('leaves a run alone that was heard meanwhile', async () => {
    const {face, agent, taskId} = await started()
    face.clock.nowMs += 200_000
    const [overdue] = await findUnfinished(face.deps.db.read, face.clock.nowMs)
    await agent.report('running', {taskId, start: START}, 'alive')
    if (!overdue) throw new Error('nothing was overdue')
    expect(await face.deps.db.write((tx) => giveUp(tx, overdue, face.clock.nowMs))).toBe(false)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Running')
  })

  it('leaves a task alone whose agent was heard meanwhile, however long ago it was found overdue', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    face.clock.nowMs += 130_000
    const [overdue] = await findUndelivered(face.deps.db.read, face.clock.nowMs)
    if (!overdue) throw new Error('nothing was overdue')
    await agent.send('GET', AGENT_PATHS.heartBeat)
    const now = {nowMs: face.clock.nowMs, isConnected: false}
    expect(await face.deps.db.write((tx) => expire(tx, overdue, now))).toBe(false)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Delivered')
  })

  it('leaves a task alone that was started meanwhile, and does nothing twice', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    const other = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    face.clock.nowMs += 130_000
    const overdue = await findUndelivered(face.deps.db.read, face.clock.nowMs)
    await agent.report('running', {taskId, start: START})
    const now = {nowMs: face.clock.nowMs, isConnected: false}
    const expired: boolean[] = []
    for (const task of [...overdue, ...overdue]) expired.push(await face.deps.db.write((tx) => expire(tx, task, now)))
    expect(expired.filter(Boolean)).toHaveLength(1)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Running')
    expect(await stateOf(face, other, agent.instanceId)).toBe('Expired')
  })
})

describe('kicking again (F11)', () => {
  it('wakes connected agents that have not come for their work', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const kicks: string[] = []
    face.deps.kicker.connected(agent.instanceId, {
      send: (text) => kicks.push(text),
      close: () => {},
      answers: async () => false,
    })
    const taskId = await addInvocation(face, [agent.instanceId])
    await kickAgain(face.deps)
    expect(kicks).toEqual([])
    face.clock.nowMs += 5000
    await kickAgain(face.deps)
    expect(kicks).toEqual([`kick_vm task run ${taskId}`])
    await agent.fetchList()
    await agent.report('running', {taskId, start: START})
    face.clock.nowMs += 5000
    await kickAgain(face.deps)
    await face.deps.db.write((tx) =>
      requestStop(tx, {invokeId: taskId, instanceIds: undefined, nowMs: face.clock.nowMs}),
    )
    face.clock.nowMs += 5000
    await kickAgain(face.deps)
    expect(kicks.slice(1)).toEqual([`kick_vm task stop ${taskId}`])
  })
})

describe('pruning', () => {
  it('forgets old invocations, nonces and tokens, and keeps what is open or young', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const old = await addInvocation(face, [agent.instanceId])
    const open = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    await agent.fetchList()
    await agent.report('finish', {taskId: old, ...FINISH}, 'x')
    await agent.report('finish', {taskId: open, ...FINISH}, 'x')
    await face.deps.db.write((tx) =>
      tx
        .insertInto('client_tokens')
        .values({account_id: 'a', token: 't', request_hash: '', response_json: '', created_at_ms: START_MS})
        .execute(),
    )
    face.clock.nowMs += 30 * 86_400_000 + 1
    const young = await addInvocation(face, [agent.instanceId])
    await pruneAll(face.deps, new AbortController().signal)
    const ids = async (table: 'invocations' | 'tasks' | 'results'): Promise<string[]> =>
      (await face.deps.db.read.selectFrom(table).select('invoke_id').execute()).map(({invoke_id}) => invoke_id).sort()
    expect(await ids('invocations')).toEqual([open, young].sort())
    expect(await ids('tasks')).toEqual([open, young].sort())
    expect(await ids('results')).toEqual([])
    for (const table of ['nonces', 'client_tokens'] as const) {
      expect(await face.deps.db.read.selectFrom(table).selectAll().execute()).toEqual([])
    }
  })
})

describe('the audit', () => {
  it('is kept for 180 days and no longer', async () => {
    const face = await openFace()
    const row = {accountId: '1', caller: 'k', targets: [], requestId: '', source: ''}
    const days = async (): Promise<string[]> =>
      (await face.deps.db.read.selectFrom('audit').select('action').execute()).map(({action}) => action)
    await face.deps.db.write(async (tx) => {
      await appendAudit(tx, {...row, atMs: START_MS - 180 * 86_400_000 - 1, action: 'old'})
      await appendAudit(tx, {...row, atMs: START_MS - 180 * 86_400_000, action: 'young'})
    })
    await pruneAll(face.deps, new AbortController().signal)
    expect(await days()).toEqual(['young'])
  })
})

describe('maintain', () => {
  it('goes on when a duty fails, and ends when told', async () => {
    const face = await openFace()
    const ending = new AbortController()
    let looks = 0
    const deps = {
      ...face.deps,
      clock: {
        ...face.clock,
        sleep: async () => {
          looks += 1
          if (looks === 3) ending.abort()
        },
      },
      kicker: {
        ...face.deps.kicker,
        connectedCount: () => {
          throw new Error('boom')
        },
      },
    }
    await maintain(deps, ending.signal)
    expect(looks).toBe(3)
    expect(face.logged.map(({message, fields}) => [message, fields.duty])).toContainEqual([
      'maintenance failed',
      'kick again',
    ])
  })

  it('tells of what fails every second once a minute, and of its end', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    await addInvocation(face, [agent.instanceId], {task: {deadline_ms: START_MS - 1}})
    const ending = new AbortController()
    let seconds = 0
    const {db} = face.deps
    const write: Database['write'] = async (work) => {
      if (seconds < 100) throw Object.assign(new Error('database or disk is full'), {code: 'SQLITE_FULL'})
      return db.write(work)
    }
    const deps = {
      ...face.deps,
      db: {...db, write},
      clock: {
        ...face.clock,
        now: () => face.clock.nowMs,
        monotonic: () => seconds * 1000,
        sleep: async () => {
          seconds += 1
          if (seconds === 110) ending.abort()
        },
      },
    }
    await maintain(deps, ending.signal)
    const told = face.logged.filter(({fields}) => fields.duty === 'expire').map(({message}) => message)
    expect(told).toEqual(['maintenance failed', 'maintenance failed', 'maintenance goes on'])
  })
})
