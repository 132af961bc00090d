import {describe, expect, it} from 'vitest'
import {expireUndelivered} from '../../../../src/lib/server/maintenance/expire.ts'
import {giveUpLost} from '../../../../src/lib/server/maintenance/give-up.ts'
import {kickAgain} from '../../../../src/lib/server/maintenance/kick-again.ts'
import {requestStop} from '../../../../src/lib/server/store/runs/stop.ts'
import {
  type Agent,
  addAgent,
  addInvocation,
  type Face,
  openFace,
  START_MS,
  stateOf,
  taskOf,
} from '../../../support/agent-face.ts'

const START = START_MS + 1000

async function addMany(face: Face, agent: Agent, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index++) {
    ids.push(await addInvocation(face, [agent.instanceId]))
    face.clock.nowMs += 1
  }
  return ids
}

async function fetched(agent: Agent, query?: string): Promise<string[]> {
  return (await agent.fetchList(query)).run.map(({task}) => task.taskID)
}

function connect(face: Face, agent: Agent): string[] {
  const kicks: string[] = []
  face.deps.kicker.connected(agent.instanceId, {
    send: (text) => kicks.push(text),
    close: () => {},
    answers: async () => false,
  })
  return kicks
}

describe('tasks beyond what an agent runs at once', () => {
  it.each([
    {name: 'an official agent gets ten', strong: false, query: 'reason=kickoff', slots: 10},
    {
      name: 'an official agent gets ten, whatever it says to schedules',
      strong: false,
      query: 'reason=startup',
      slots: 10,
    },
    {name: 'ours gets ten when it says nothing', strong: true, query: 'reason=kickoff', slots: 10},
    {name: 'ours gets as many as it says', strong: true, query: 'reason=kickoff&slots=3', slots: 3},
    {name: 'nonsense counts as nothing said', strong: true, query: 'reason=kickoff&slots=-1', slots: 10},
  ])('wait at the server: $name', async ({strong, query, slots}) => {
    const face = await openFace()
    const agent = await addAgent(face, {strong})
    const ids = await addMany(face, agent, 12)
    expect((await fetched(agent, query)).sort()).toEqual(ids.slice(0, slots).sort())
    // Offered again until they start, but no more of them.
    expect((await fetched(agent, query)).sort()).toEqual(ids.slice(0, slots).sort())
    expect(await stateOf(face, ids[slots] ?? '', agent.instanceId)).toBe('Pending')
  })

  it('wait while an agent has more than it runs by now', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const ids = await addMany(face, agent, 12)
    await fetched(agent)
    expect((await fetched(agent, 'reason=kickoff&slots=3')).sort()).toEqual(ids.slice(0, 10).sort())
  })

  it('follow one by one, at the end of each that ran, by a kick', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const kicks = connect(face, agent)
    const ids = await addMany(face, agent, 11)
    for (const taskId of await fetched(agent)) await agent.report('running', {taskId, start: START})
    const [first = '', eleventh = ''] = [ids[0], ids[10]]
    expect([await fetched(agent), kicks]).toEqual([[], []])
    await agent.report('finish', {taskId: first, start: START, end: START + 1, exitCode: 0})
    expect(kicks).toEqual([`kick_vm task run ${eleventh}`])
    expect(await fetched(agent)).toEqual([eleventh])
  })

  it('call for no kick while the agent is full, and for one when a slot is free', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const kicks = connect(face, agent)
    const ids = await addMany(face, agent, 11)
    const [first = '', eleventh = ''] = [ids[0], ids[10]]
    const handed = await fetched(agent)
    for (const taskId of handed) await agent.report('running', {taskId, start: START})
    face.clock.nowMs += 60_000
    await kickAgain(face.deps)
    expect(kicks).toEqual([])
    expect(await (await agent.send('GET', '/luban/api/heart-beat')).json()).toMatchObject({newTasks: false})
    await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    face.clock.nowMs += 60_000
    await kickAgain(face.deps)
    expect(kicks.length).toBe(1)
    await agent.fetchList()
    // The kick that follows the end got lost.
    kicks.length = 0
    await agent.report('finish', {taskId: first, start: START, end: START + 1, exitCode: 0})
    kicks.length = 0
    face.clock.nowMs += 60_000
    await kickAgain(face.deps)
    expect(kicks).toEqual([`kick_vm task run ${eleventh}`])
  })

  it('do not expire while they wait, and can be stopped without their agent', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    connect(face, agent)
    const ids = await addMany(face, agent, 11)
    for (const taskId of await fetched(agent)) await agent.report('running', {taskId, start: START})
    const [first = '', eleventh = ''] = [ids[0], ids[10]]
    for (let minute = 0; minute < 2; minute++) {
      face.clock.nowMs += 60_000
      await expireUndelivered(face.deps)
    }
    expect(await stateOf(face, eleventh, agent.instanceId)).toBe('Pending')
    await agent.report('finish', {taskId: first, start: START, end: START + 1, exitCode: 0})
    await expireUndelivered(face.deps)
    expect(await fetched(agent)).toEqual([eleventh])
    const [twelfth = ''] = await addMany(face, agent, 1)
    await face.deps.db.write((tx) =>
      requestStop(tx, {invokeId: twelfth, instanceIds: undefined, nowMs: face.clock.nowMs}),
    )
    expect(await stateOf(face, twelfth, agent.instanceId)).toBe('Cancelled')
  })

  it('leave schedules and tasks for the next boot alone', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    await addMany(face, agent, 10)
    await fetched(agent)
    const rate = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    const boot = await addInvocation(face, [agent.instanceId], {repeat_mode: 'NextRebootOnly'})
    expect(await fetched(agent)).toEqual(expect.arrayContaining([rate, boot]))
  })
})

describe('a task that was taken and not started', () => {
  it('does not expire while its agent lives, and is lost in the end', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    connect(face, agent)
    const [taskId = ''] = await addMany(face, agent, 1)
    await fetched(agent)
    face.clock.nowMs += 170_000
    await expireUndelivered(face.deps)
    await giveUpLost(face.deps)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Delivered')
    face.clock.nowMs += 20_000
    await giveUpLost(face.deps)
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Lost', error_code: 'ClientNotResponse'})
    // It says that it never ran, so it must not run any more.
    expect((await agent.fetchList()).stop.map(({task}) => task.taskID)).toEqual([taskId])
  })

  it('is withdrawn when it expires because its agent is away', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const [taskId = ''] = await addMany(face, agent, 1)
    await fetched(agent)
    face.clock.nowMs += 130_000
    await expireUndelivered(face.deps)
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
      state: 'Expired',
      error_code: 'ClientNotOnline',
    })
    expect((await agent.fetchList()).stop.map(({task}) => task.taskID)).toEqual([taskId])
    await agent.report('stopped', {taskId, start: 0, end: 0, result: 'killed'})
    expect((await agent.fetchList()).stop).toEqual([])
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
      state: 'Expired',
      error_code: 'ClientNotOnline',
      inferred: 0,
    })
  })
})
