import {describe, expect, it} from 'vitest'
import {offerAgain} from '../../../../../src/lib/server/store/runs/deliver.ts'
import type {InvocationRow} from '../../../../../src/lib/server/store/schema.ts'
import {
  addAgent,
  addInvocation,
  changeCountOf,
  openFace,
  roundsOf,
  START_MS,
  stateOf,
  taskOf,
} from '../../../../support/agent-face.ts'

const START = START_MS + 1000
const COLD = 'reason=startup&cold_start=true'
const WARM = 'reason=startup&cold_start=false'

describe('a fetch', () => {
  it.each<{name: string; change: Partial<InvocationRow>; repeat: string; cron: string | null}>([
    {
      name: 'cron',
      change: {repeat_mode: 'Period', frequency: '0 */10 * * * *'},
      repeat: 'Period',
      cron: '0 */10 * * * *',
    },
    {
      name: 'days of the week',
      change: {repeat_mode: 'Period', frequency: '0 30 9 ? * MON-SUN'},
      repeat: 'Period',
      cron: '0 30 9 ? * 0,1,2,3,4,5,6',
    },
    {name: 'rate', change: {repeat_mode: 'Period', frequency: 'rate(5m)'}, repeat: 'Rate', cron: 'rate(5m)'},
    {
      name: 'at',
      change: {repeat_mode: 'Period', frequency: 'at(2031-06-06 13:15:30 Asia/Shanghai)'},
      repeat: 'At',
      cron: 'at(2031-06-06T05:15:30)',
    },
    {name: 'now', change: {}, repeat: 'Once', cron: null},
  ])('spells a frequency as agents read it: $name', async ({change, repeat, cron}) => {
    const face = await openFace()
    const agent = await addAgent(face)
    await addInvocation(face, [agent.instanceId], change)
    expect((await agent.fetchList()).run).toMatchObject([{repeat, task: {cron}}])
  })

  it('fills custom parameters once and leaves built-in ones to the agent', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const content = 'echo {{Name}} {{ name }} {{missing}} {{ACS::InstanceId}}'
    const parameters_json = JSON.stringify({NAME: '{{x}} $& 你好'})
    await addInvocation(face, [agent.instanceId], {content, parameters_json, enable_parameter: 1})
    await addInvocation(face, [agent.instanceId], {content, parameters_json})
    const {run} = await agent.fetchList()
    expect(run.map(({task}) => [task.enableParameter, Buffer.from(task.commandContent, 'base64').toString()])).toEqual(
      expect.arrayContaining([
        [true, 'echo {{x}} $& 你好 {{x}} $& 你好  {{ACS::InstanceId}}'],
        [false, content],
      ]),
    )
    expect(run[0]?.output.interval).toBe(200)
  })

  it('puts dry runs apart', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: 'DryRun'})
    const {run, test} = await agent.fetchList()
    expect([run.length, test.map(({task, repeat}) => [task.taskID, repeat])]).toEqual([0, [[taskId, 'Once']]])
  })

  it('hands out fifty at most and kicks for the rest, each of them soon', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const kicks: string[] = []
    face.deps.kicker.connected(agent.instanceId, {
      send: (text) => kicks.push(text),
      close: () => {},
      answers: async () => false,
    })
    const ids = new Set<string>()
    for (let index = 0; index < 100; index++) ids.add(await addInvocation(face, [agent.instanceId]))
    for (const size of [50, 50]) {
      const {run} = await agent.fetchList('reason=kickoff&slots=100')
      expect(run).toHaveLength(size)
      for (const {task} of run) ids.delete(task.taskID)
      face.clock.nowMs += 1
    }
    expect(ids).toEqual(new Set())
    expect(kicks).toHaveLength(1)
    expect(kicks[0]).toMatch(/^kick_vm task run t-/)
  })

  it('is not spoilt by a task that cannot be encoded: that one is Invalid', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const bad = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'nonsense'})
    const good = await addInvocation(face, [agent.instanceId])
    expect((await agent.fetchList()).run.map(({task}) => task.taskID)).toEqual([good])
    expect(await taskOf(face, bad, agent.instanceId)).toMatchObject({
      state: 'Invalid',
      open: 0,
      error_code: 'BadCronExpression',
    })
  })

  it('runs no script without the values that were given for it', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const broken = {content: 'rm -r /srv/{{name}}', enable_parameter: 1, parameters_json: '{"name"'} as const
    const taskId = await addInvocation(face, [agent.instanceId], broken)
    expect((await agent.fetchList()).run).toEqual([])
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
      state: 'Invalid',
      error_info: 'The stored parameters cannot be read.',
    })
  })
})

describe('a recurring task', () => {
  it('is Scheduled once handed out and goes round with its rounds', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    const before = await changeCountOf(face, taskId)
    await agent.fetchList()
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Scheduled')
    expect(await changeCountOf(face, taskId)).toBe(before + 1)
    const ends = ['finish', 'timeout', 'error'] as const
    for (const [index, kind] of ends.entries()) {
      const start = START + index * 60_000
      await agent.report('running', {taskId, start})
      expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Running', rounds: index + 1})
      for (let time = 0; time < 2; time++) {
        await agent.report(
          kind,
          {taskId, start, end: start + 9, exitCode: 0, dropped: 0, errCode: '-7'},
          `round ${index}`,
        )
      }
      expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
        state: 'Scheduled',
        rounds: index + 1,
        open: 1,
      })
    }
    expect((await roundsOf(face, taskId)).map(({state, text, round}) => [round, state, text])).toEqual([
      [1, 'Success', 'round 0'],
      [2, 'Timeout', 'round 1'],
      [3, 'Error', 'round 2'],
    ])
    const row = await face.deps.db.read.selectFrom('instances').select('invocation_count').executeTakeFirstOrThrow()
    expect(row.invocation_count).toBe(3)
  })

  it('takes a round whose start was never told, and the late end of the round before', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    await agent.fetchList()
    await agent.report('running', {taskId, start: START})
    await agent.report('running', {taskId, start: START + 60_000})
    await agent.report('finish', {taskId, start: START, end: START + 5, exitCode: 2}, 'late')
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Running', rounds: 2})
    await agent.report('finish', {taskId, start: START + 60_000, end: START + 60_001, exitCode: 0})
    await agent.report('finish', {taskId, start: START + 120_000, end: START + 120_001, exitCode: 0})
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Scheduled', rounds: 3})
    expect((await roundsOf(face, taskId)).map(({state, round}) => [round, state])).toEqual([
      [1, 'Failed'],
      [2, 'Success'],
      [3, 'Success'],
    ])
  })

  it.each([
    {exitCode: 0, ends: 'Success', code: ''},
    {exitCode: 3, ends: 'Failed', code: 'ExitCodeNonzero'},
  ])('ends as its last round did when its schedule is over (exit $exitCode)', async ({exitCode, ends, code}) => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: '0 0 0 1 1 * 2031'})
    await agent.fetchList()
    await agent.report('finish', {taskId, start: START, end: START + 1, exitCode})
    await agent.report('stopped', {taskId, start: 0, end: 0, result: 'completed'})
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: ends, open: 0, error_code: code})
  })

  it('with a single time is over after it', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], {
      repeat_mode: 'Period',
      frequency: 'at(2031-06-06 13:15:30)',
    })
    await agent.fetchList()
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Scheduled')
    await agent.report('running', {taskId, start: START})
    await agent.report('finish', {taskId, start: START, end: START + 1, exitCode: 0})
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Success', open: 0, rounds: 1})
  })

  it('is offered until its first round, then again only when the agent has restarted', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    const fetched = async (query?: string): Promise<number> => (await agent.fetchList(query)).run.length
    expect([await fetched(), await fetched()]).toEqual([1, 1])
    await agent.report('finish', {taskId, start: START, end: START, exitCode: 0})
    expect([await fetched(), await fetched(WARM), await fetched()]).toEqual([0, 1, 0])
    await face.deps.db.write((tx) => offerAgain(tx, taskId))
    expect([await fetched(), await fetched()]).toEqual([1, 0])
  })

  it('refused by its agent is Invalid', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    await agent.fetchList()
    await agent.report('invalid', {taskId, param: 'cron', value: 'TimezoneInformationCorrupt'})
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({
      state: 'Invalid',
      open: 0,
      error_code: 'TimezoneInformationCorrupt',
    })
  })
})

describe('a task for the next boot', () => {
  it('reaches an official agent at a boot only', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const once = await addInvocation(face, [agent.instanceId], {repeat_mode: 'NextRebootOnly'})
    const every = await addInvocation(face, [agent.instanceId], {repeat_mode: 'EveryReboot'})
    const fetched = async (query: string): Promise<string[]> =>
      (await agent.fetchList(query)).run.map(({task, repeat}) => `${repeat} ${task.taskID}`).sort()
    expect([await fetched('reason=kickoff'), await fetched(WARM)]).toEqual([[], []])
    expect(await fetched(COLD)).toEqual([`EveryReboot ${every}`, `NextRebootOnly ${once}`])
    for (const taskId of [once, every]) await agent.report('finish', {taskId, start: START, end: START, exitCode: 0})
    expect(await stateOf(face, once, agent.instanceId)).toBe('Success')
    expect(await stateOf(face, every, agent.instanceId)).toBe('Scheduled')
    expect([await fetched(WARM), await fetched(COLD)]).toEqual([[], [`EveryReboot ${every}`]])
  })

  it('reaches ours at once, which waits for the boot itself', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: 'NextRebootOnly'})
    const beat = async (): Promise<unknown> => (await agent.send('GET', '/luban/api/heart-beat?index=1')).json()
    expect(await beat()).toMatchObject({newTasks: true})
    expect((await agent.fetchList()).run).toMatchObject([{repeat: 'NextRebootOnly', task: {taskID: taskId}}])
    expect(await beat()).toMatchObject({newTasks: false})
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Scheduled')
  })
})

describe("an official agent's restart", () => {
  it.each([
    {name: 'agent', query: WARM, code: 'ClientRestarted'},
    {name: 'machine', query: COLD, code: 'InstanceRestarted'},
  ])('ends what ran as Interrupted: $name', async ({query, code}) => {
    const face = await openFace()
    const agent = await addAgent(face)
    const once = await addInvocation(face, [agent.instanceId])
    const rate = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    await agent.fetchList()
    for (const taskId of [once, rate]) await agent.report('running', {taskId, start: START}, 'so far')
    expect((await agent.fetchList(query)).run.map(({task}) => task.taskID)).toEqual([rate])
    expect(await taskOf(face, once, agent.instanceId)).toMatchObject({state: 'Interrupted', open: 0, error_code: code})
    expect(await stateOf(face, rate, agent.instanceId)).toBe('Scheduled')
    for (const taskId of [once, rate]) {
      expect(await roundsOf(face, taskId)).toMatchObject([{state: 'Interrupted', text: 'so far'}])
    }
  })

  it('ends nothing of ours: its runs go on without it', async () => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    const taskId = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    await agent.report('running', {taskId, start: START})
    await agent.fetchList(WARM)
    expect(await stateOf(face, taskId, agent.instanceId)).toBe('Running')
  })
})
