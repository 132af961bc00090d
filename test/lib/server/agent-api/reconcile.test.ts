import {describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {expireUndelivered} from '../../../../src/lib/server/maintenance/expire.ts'
import {deregisterInstance} from '../../../../src/lib/server/store/fleet/instances.ts'
import {requestStop} from '../../../../src/lib/server/store/runs/stop.ts'
import {
  type Agent,
  addAgent,
  addInvocation,
  type Face,
  KEYS,
  openFace,
  START_MS,
  stateOf,
} from '../../../support/agent-face.ts'

const START = START_MS + 1000
const RATE = {repeat_mode: 'Period', frequency: 'rate(60s)'} as const

function holding(...taskIds: string[]): string {
  return JSON.stringify({held: taskIds.map((taskId) => ({taskId, invokeVersion: 0}))})
}

async function stops(agent: Agent, body = ''): Promise<string[]> {
  return (await agent.fetchList('reason=startup', body)).stop.map(({task}) => task.taskID).sort()
}

async function stop(face: Face, invokeId: string): Promise<string[]> {
  const nowMs = face.clock.nowMs
  return (await face.deps.db.write((tx) => requestStop(tx, {invokeId, instanceIds: undefined, nowMs}))).instanceIds
}

async function answerTo(agent: Agent, kind: 'running' | 'finish', taskId: string): Promise<unknown> {
  const query = `taskId=${taskId}&start=${START}&end=${START + 1}&exitCode=0`
  const response = await agent.send('POST', `${AGENT_PATHS[kind]}?${query}`)
  return {status: response.status, over: ((await response.json()) as {over?: boolean}).over}
}

/** A schedule that was stopped, as its agent has said. */
async function stopped(face: Face, agent: Agent): Promise<string> {
  const taskId = await addInvocation(face, [agent.instanceId], RATE)
  await agent.fetchList()
  await stop(face, taskId)
  await agent.report('stopped', {taskId, start: 0, end: 0, result: 'killed'})
  return taskId
}

describe('an agent that says what it holds', () => {
  it('hears what must end: unknown, ended, and of another instance; nothing else', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const other = await addAgent(face, {strong: true, key: KEYS[1]})
    const over = await stopped(face, agent)
    const foreign = await addInvocation(face, [other.instanceId], RATE)
    const live = await addInvocation(face, [agent.instanceId], RATE)
    const running = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    await agent.report('running', {taskId: running, start: START})
    expect(await stops(agent)).toEqual([])
    expect(await stops(agent, holding(over, 't-unknown', foreign, live, running))).toEqual(
      [over, 't-unknown', foreign].sort(),
    )
  })

  it('keeps a run whose end was only inferred', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const taskId = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    await agent.report('running', {taskId, start: START})
    await face.deps.db.write((tx) => tx.updateTable('tasks').set({state: 'Lost', open: 0, inferred: 1}).execute())
    expect(await stops(agent, holding(taskId))).toEqual([])
  })

  it('is not told twice what it is to stop anyway', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const taskId = await addInvocation(face, [agent.instanceId], RATE)
    await agent.fetchList()
    await stop(face, taskId)
    expect(await stops(agent, holding(taskId, taskId))).toEqual([taskId])
  })

  it('is refused everything once it was deregistered', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    await face.deps.db.write((tx) => deregisterInstance(tx, {instanceId: agent.instanceId, nowMs: face.clock.nowMs}))
    expect((await agent.send('POST', AGENT_PATHS.taskList, holding())).status).toBe(403)
  })
})

describe('a report on a task that is over', () => {
  it.each(['running', 'finish'] as const)('%s: says so', async (kind) => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const over = await stopped(face, agent)
    const live = await addInvocation(face, [agent.instanceId], RATE)
    await agent.fetchList()
    expect(await answerTo(agent, kind, over)).toEqual({status: 200, over: true})
    expect(await answerTo(agent, kind, live)).toEqual({status: 200, over: undefined})
    expect(await answerTo(agent, kind, 't-unknown')).toEqual({status: 404, over: undefined})
    expect(await stateOf(face, over, agent.instanceId)).toBe('Cancelled')
  })

  it('makes an official agent hear the stop again, until it says that it has stopped', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const kicks: string[] = []
    face.deps.kicker.connected(agent.instanceId, {
      send: (text) => kicks.push(text),
      close: () => {},
      answers: async () => false,
    })
    const taskId = await stopped(face, agent)
    expect(await stops(agent)).toEqual([])
    await agent.report('finish', {taskId, start: START, end: START + 1, exitCode: 0})
    expect(kicks).toEqual([`kick_vm task stop ${taskId}`])
    expect([await stops(agent), await stops(agent)]).toEqual([[taskId], [taskId]])
    await agent.report('stopped', {taskId, start: 0, end: 0, result: 'killed'})
    expect(await stops(agent)).toEqual([])
  })
})

describe('a second stop of a schedule that has ended', () => {
  it.each([true, false])('goes out again (our agent: %s)', async (strong) => {
    const face = await openFace()
    const agent = await addAgent(face, {strong})
    const taskId = await stopped(face, agent)
    expect(await stop(face, taskId)).toEqual([agent.instanceId])
    expect(await stops(agent)).toEqual([taskId])
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Cancelled')
    await expireUndelivered(face.deps)
  })
})
