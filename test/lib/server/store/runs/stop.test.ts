import {describe, expect, it} from 'vitest'
import {requestStop} from '../../../../../src/lib/server/store/runs/stop.ts'
import {
  addAgent,
  addInvocation,
  changeCountOf,
  type Face,
  KEYS,
  openFace,
  roundsOf,
  START_MS,
  stateOf,
  taskOf,
} from '../../../../support/agent-face.ts'

const RATE = {repeat_mode: 'Period', frequency: 'rate(60s)'} as const
const START = START_MS + 1000

function stop(face: Face, invokeId: string, instanceIds?: string[]) {
  return face.deps.db.write((tx) => requestStop(tx, {invokeId, instanceIds, nowMs: face.clock.nowMs}))
}

describe('requestStop', () => {
  it('cancels at once what no agent has heard of', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    expect(await stop(face, taskId)).toEqual({instanceIds: []})
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
      state: 'Cancelled',
      open: 0,
      stop_at_ms: START_MS,
    })
    expect((await agent.fetchList()).run).toEqual([])
  })

  it('offers the stop of a handed-out task until the agent answers', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    expect(await stop(face, taskId)).toEqual({instanceIds: [agent.instanceId]})
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Stopping', open: 1})
    for (let time = 0; time < 3; time++) {
      const list = await agent.fetchList(time === 2 ? 'reason=startup&cold_start=true' : 'reason=kickoff')
      expect(list.run).toEqual([])
      expect(list.stop.map(({task, repeat}) => [task.taskID, repeat])).toEqual([[taskId, 'Once']])
    }
    await agent.report('stopped', {taskId, start: 0, end: 0, result: 'killed'})
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Cancelled')
    expect((await agent.fetchList()).stop).toEqual([])
  })

  it('ends a running one as Stopped, with the output that came with it', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    await agent.report('running', {taskId, start: START}, 'a')
    await stop(face, taskId)
    await agent.report('running', {taskId, start: START}, 'b')
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Stopping')
    await agent.report('stopped', {taskId, start: START, end: START + 5, result: 'killed'}, 'c')
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Stopped', rounds: 1})
    expect(await roundsOf(face, taskId)).toMatchObject([{state: 'Stopped', text: 'abc', exit_code: null}])
  })

  it('stays Stopping when the start event comes after the stop, and ends as Stopped', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    await stop(face, taskId)
    await agent.report('running', {taskId, start: START})
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Stopping', rounds: 1})
    await agent.report('stopped', {taskId, start: START, end: START, result: 'killed'})
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Stopped')
  })

  it('leaves finished ones alone, and a second stop changes nothing', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const other = await addAgent(face, {key: KEYS[1]})
    const taskId = await addInvocation(face, [agent.instanceId, other.instanceId])
    await agent.fetchList()
    await other.fetchList()
    await agent.report('finish', {taskId, start: START, end: START, exitCode: 0})
    expect(await stop(face, taskId)).toEqual({instanceIds: [other.instanceId]})
    const {stop_at_ms} = await taskOf(face, taskId, other.instanceId)
    face.clock.nowMs += 5000
    expect(await stop(face, taskId)).toEqual({instanceIds: [other.instanceId]})
    expect(await taskOf(face, taskId, other.instanceId)).toMatchObject({state: 'Stopping', stop_at_ms})
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Success')
    await other.report('stopped', {taskId, start: 0, end: 0, result: 'killed'})
    const before = await changeCountOf(face, taskId)
    expect(await stop(face, taskId)).toEqual({instanceIds: []})
    expect(await changeCountOf(face, taskId)).toBe(before)
  })

  it('stops only the instances that are named', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const other = await addAgent(face, {key: KEYS[1]})
    const taskId = await addInvocation(face, [agent.instanceId, other.instanceId])
    expect(await stop(face, taskId, [other.instanceId, 'mi-none'])).toEqual({instanceIds: []})
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Pending')
    expect(await stateOf(face, taskId, other.instanceId)).toBe('Cancelled')
  })

  it.each([
    {name: 'between rounds: Cancelled', isRunning: false, ends: 'Cancelled', rounds: ['Success']},
    {name: 'during a round: Stopped', isRunning: true, ends: 'Stopped', rounds: ['Success', 'Stopped']},
  ])('ends a recurring task $name', async ({isRunning, ends, rounds}) => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], RATE)
    await agent.fetchList()
    await agent.report('running', {taskId, start: START})
    await agent.report('finish', {taskId, start: START, end: START + 1, exitCode: 0})
    if (isRunning) await agent.report('running', {taskId, start: START + 60_000})
    expect(await stop(face, taskId)).toEqual({instanceIds: [agent.instanceId]})
    expect((await agent.fetchList()).stop).toMatchObject([{task: {taskID: taskId}, repeat: 'Rate'}])
    // Between rounds, official agents tell the times of the last one.
    const start = isRunning ? START + 60_000 : START
    await agent.report('stopped', {taskId, start, end: start + 1, result: 'killed'})
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: ends, open: 0, rounds: rounds.length})
    expect((await roundsOf(face, taskId)).map(({state}) => state)).toEqual(rounds)
  })

  it('lets a round of a stopping recurring task end by itself, and still waits for the stop', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], RATE)
    await agent.fetchList()
    await agent.report('running', {taskId, start: START})
    await stop(face, taskId)
    await agent.report('finish', {taskId, start: START, end: START + 1, exitCode: 1})
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Stopping')
    await agent.report('stopped', {taskId, start: START, end: START + 1, result: 'killed'})
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Cancelled')
    expect(await roundsOf(face, taskId)).toMatchObject([{state: 'Failed', exit_code: 1}])
  })
})
