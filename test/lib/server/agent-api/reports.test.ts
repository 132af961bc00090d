import {describe, expect, it} from 'vitest'
import type {TaskState} from '../../../../src/lib/protocol/ecs/status.ts'
import {
  type Agent,
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
} from '../../../support/agent-face.ts'

const START = START_MS + 500
const END = {start: START, end: START + 1000, exitCode: 0, dropped: 0}

type Query = Record<string, string | number>
type Step = [kind: Parameters<Agent['report']>[0], query: Query, body?: string]

/** Hands the task out, then reports step by step. */
async function play(steps: Step[], options: {strong?: boolean; repeat_mode?: 'Once' | 'DryRun'} = {}) {
  const face = await openFace()
  const agent = await addAgent(face, {strong: options.strong ?? false})
  const taskId = await addInvocation(face, [agent.instanceId], {repeat_mode: options.repeat_mode ?? 'Once'})
  await agent.fetchList()
  const statuses: number[] = []
  for (const [kind, query, body] of steps) statuses.push(await agent.report(kind, {taskId, ...query}, body))
  return {face, agent, taskId, statuses}
}

async function seen({face, agent, taskId}: {face: Face; agent: Agent; taskId: string}) {
  const {state, open, rounds, error_code} = await taskOf(face, taskId, agent.instanceId)
  const [round] = await roundsOf(face, taskId)
  return {
    state,
    open,
    rounds,
    error_code,
    round: round?.state,
    text: round?.text,
    exit: round?.exit_code,
    end: round?.end_ms,
  }
}

const STARTED: Step = ['running', {start: START}]

describe('a report on a once-only task', () => {
  it.each<{name: string; steps: Step[]; expected: Awaited<ReturnType<typeof seen>>}>([
    {
      name: 'starts it',
      steps: [STARTED],
      expected: {state: 'Running', open: 1, rounds: 1, error_code: '', round: 'Running', text: '', exit: null, end: 0},
    },
    {
      name: 'adds output while it runs',
      steps: [STARTED, ['running', {start: START}, 'a'], ['running', {start: START}, 'b']],
      expected: {
        state: 'Running',
        open: 1,
        rounds: 1,
        error_code: '',
        round: 'Running',
        text: 'ab',
        exit: null,
        end: 0,
      },
    },
    {
      name: 'ends it well',
      steps: [STARTED, ['running', {start: START}, 'a'], ['finish', END, 'b']],
      expected: {
        state: 'Success',
        open: 0,
        rounds: 1,
        error_code: '',
        round: 'Success',
        text: 'ab',
        exit: 0,
        end: START + 1000,
      },
    },
    {
      name: 'ends it with an exit code',
      steps: [STARTED, ['finish', {...END, exitCode: 193}]],
      expected: {
        state: 'Failed',
        open: 0,
        rounds: 1,
        error_code: 'ExitCodeNonzero',
        round: 'Failed',
        text: '',
        exit: 193,
        end: START + 1000,
      },
    },
    {
      name: 'ends it although its start was never told',
      steps: [['finish', END, 'all']],
      expected: {
        state: 'Success',
        open: 0,
        rounds: 1,
        error_code: '',
        round: 'Success',
        text: 'all',
        exit: 0,
        end: START + 1000,
      },
    },
    {
      name: 'says that it took too long: it then ended a timeout after its start',
      steps: [STARTED, ['timeout', {...END, exitCode: 1}, 'so far']],
      expected: {
        state: 'Timeout',
        open: 0,
        rounds: 1,
        error_code: 'ExecutionTimeout',
        round: 'Timeout',
        text: 'so far',
        exit: null,
        end: START + 60_000,
      },
    },
    {
      name: 'says that it could not be run',
      steps: [
        [
          'error',
          {start: 0, end: 0, exitCode: 0, dropped: 0, errCode: '-7', errDesc: 'ExecuteScriptFailed.PermissionDenied'},
        ],
      ],
      expected: {
        state: 'Error',
        open: 0,
        rounds: 0,
        error_code: 'ExecutionException',
        round: undefined,
        text: undefined,
        exit: undefined,
        end: undefined,
      },
    },
    {
      name: 'says that it failed while running',
      steps: [STARTED, ['error', {...END, errCode: 'ContainerRuntimeTimeout', errDesc: 'x'}, 'out']],
      expected: {
        state: 'Error',
        open: 0,
        rounds: 1,
        error_code: 'ContainerRuntimeTimeout',
        round: 'Error',
        text: 'out',
        exit: null,
        end: START + 1000,
      },
    },
    {
      name: 'says that nobody knows how it ended',
      steps: [STARTED, ['error', {...END, errCode: 'ExecutionInterrupted', errDesc: 'agent was killed'}]],
      expected: {
        state: 'Interrupted',
        open: 0,
        rounds: 1,
        error_code: 'ExecutionInterrupted',
        round: 'Interrupted',
        text: '',
        exit: null,
        end: START + 1000,
      },
    },
    {
      name: 'says that it was stopped while it ran',
      steps: [STARTED, ['stopped', {start: START, end: START + 9, exitcode: 0, dropped: 0, result: 'killed'}, 'bit']],
      expected: {
        state: 'Stopped',
        open: 0,
        rounds: 1,
        error_code: '',
        round: 'Stopped',
        text: 'bit',
        exit: null,
        end: START + 9,
      },
    },
    {
      name: 'says that it was stopped before it started',
      steps: [['stopped', {start: 0, end: 0, exitcode: 0, dropped: 0, result: 'killed'}]],
      expected: {
        state: 'Cancelled',
        open: 0,
        rounds: 0,
        error_code: '',
        round: undefined,
        text: undefined,
        exit: undefined,
        end: undefined,
      },
    },
    {
      name: 'says that it was stopped, which stays although the script then starts after all',
      steps: [['stopped', {start: 0, end: 0}], STARTED, ['running', {start: START}, 'x']],
      expected: {
        state: 'Cancelled',
        open: 0,
        rounds: 0,
        error_code: '',
        round: undefined,
        text: undefined,
        exit: undefined,
        end: undefined,
      },
    },
    {
      name: 'refuses it',
      steps: [['invalid', {param: 'UsernameOrPasswordInvalid', value: 'UserInvalid_bob: unknown'}]],
      expected: {
        state: 'Invalid',
        open: 0,
        rounds: 0,
        error_code: 'AccountNotExists',
        round: undefined,
        text: undefined,
        exit: undefined,
        end: undefined,
      },
    },
    {
      name: 'ends it once: what comes later changes nothing',
      steps: [
        STARTED,
        ['finish', END, 'x'],
        ['finish', {...END, exitCode: 9}, 'x'],
        ['stopped', END],
        ['invalid', {param: 'cron', value: ''}],
        ['running', {start: START}, 'more'],
        ['error', {...END, errCode: '-9', errDesc: ''}],
      ],
      expected: {
        state: 'Success',
        open: 0,
        rounds: 1,
        error_code: '',
        round: 'Success',
        text: 'x',
        exit: 0,
        end: START + 1000,
      },
    },
    {
      name: 'is taken with an end before its start event, which then changes nothing',
      steps: [['finish', END, 'x'], STARTED],
      expected: {
        state: 'Success',
        open: 0,
        rounds: 1,
        error_code: '',
        round: 'Success',
        text: 'x',
        exit: 0,
        end: START + 1000,
      },
    },
  ])('$name', async ({steps, expected}) => {
    const played = await play(steps)
    expect(played.statuses).toEqual(steps.map(() => 200))
    expect(await seen(played)).toEqual(expected)
  })

  it('makes a dry run succeed, and nothing else', async () => {
    expect(await seen(await play([['verified', {}]], {repeat_mode: 'DryRun'}))).toMatchObject({
      state: 'Success',
      rounds: 0,
    })
    expect((await play([['verified', {}]])).statuses).toEqual([400])
  })

  it('keeps the end that came first when a stop was asked for meanwhile', async () => {
    const played = await play([STARTED])
    const {face, agent, taskId} = played
    await face.deps.db.write((tx) =>
      tx.updateTable('tasks').set({state: 'Stopping', stop_at_ms: 1}).where('invoke_id', '=', taskId).execute(),
    )
    await agent.report('finish', {taskId, ...END}, 'x')
    await agent.report('stopped', {taskId, ...END})
    expect(await seen(played)).toMatchObject({state: 'Success', round: 'Success'})
  })

  it('does not repeat output when its answer was lost and it comes again (F13, F14)', async () => {
    const played = await play(
      [
        STARTED,
        ['running', {start: START, offset: 0}, 'one '],
        ['running', {start: START, offset: 4}, 'two '],
        ['running', {start: START, offset: 0}, 'one '],
        ['finish', {...END, offset: 8}, 'three'],
        ['finish', {...END, offset: 8}, 'three'],
        ['running', {start: START, offset: 4}, 'two '],
      ],
      {strong: true},
    )
    expect(played.statuses).toEqual(Array(7).fill(200))
    expect(await seen(played)).toMatchObject({state: 'Success', text: 'one two three'})
  })

  it('counts what was dropped exactly, for both kinds of agents', async () => {
    const official = await play([
      STARTED,
      ['running', {start: START}, 'head'],
      ['finish', {...END, dropped: 28_004}, 'tail'],
    ])
    expect((await roundsOf(official.face, official.taskId))[0]).toMatchObject({
      text: 'headtail',
      dropped: 28_004,
      gap_after: 4,
      gap_bytes: 28_004,
    })
    const ours = await play(
      [
        STARTED,
        ['running', {start: START, offset: 0}, 'head'],
        ['finish', {...END, dropped: 28_004, offset: 28_008}, 'tail'],
      ],
      {strong: true},
    )
    expect((await roundsOf(ours.face, ours.taskId))[0]).toMatchObject({text: 'headtail', dropped: 28_004})
  })

  it('keeps the newest 24 KiB', async () => {
    const body = 'x'.repeat(1000) + 'y'.repeat(24_576)
    const {face, taskId} = await play([STARTED, ['finish', END, body]])
    expect((await roundsOf(face, taskId))[0]).toMatchObject({
      text: 'y'.repeat(24_576),
      dropped: 1000,
      output_end: 25_576,
    })
  })

  it('tells waiting callers once per change they can see', async () => {
    const {face, agent, taskId} = await play([])
    const counts = [await changeCountOf(face, taskId)]
    for (const [kind, query, body] of [
      STARTED,
      STARTED,
      ['running', {start: START}, 'x'],
      ['finish', END],
      ['finish', END],
    ] as Step[]) {
      await agent.report(kind, {taskId, ...query}, body)
      counts.push(await changeCountOf(face, taskId))
    }
    expect(counts.map((count) => count - (counts[0] ?? 0))).toEqual([0, 1, 1, 2, 3, 3])
  })

  it('counts the run on the instance once', async () => {
    const {face, agent} = await play([STARTED, STARTED, ['finish', END]])
    const row = await face.deps.db.read
      .selectFrom('instances')
      .selectAll()
      .where('instance_id', '=', agent.instanceId)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({invocation_count: 1, last_invoked_at_ms: START_MS})
  })
})

describe('a report that is wrong (B30, B31)', () => {
  it.each<[name: string, kind: Step[0], query: Query, status: number]>([
    ['an exit code in words', 'finish', {...END, exitCode: 'three'}, 400],
    ['an exit code beyond 32 bits', 'finish', {...END, exitCode: 2 ** 40}, 400],
    ['an end before the start', 'finish', {...END, end: START - 1}, 400],
    ['a start in the year 9999', 'finish', {...END, start: 253_370_764_800_000, end: 253_370_764_800_001}, 400],
    ['a start in 1970', 'running', {start: 1}, 200],
    ['no start at all', 'running', {}, 400],
    ['a negative start', 'running', {start: -5}, 400],
    ['a negative offset', 'running', {start: START, offset: -1}, 400],
    ['an offset far ahead', 'running', {start: START, offset: Number.MAX_SAFE_INTEGER}, 200],
    ['text for dropped', 'finish', {...END, dropped: 'NaN'}, 400],
    ['an invoke version in words', 'running', {start: START, invokeVersion: 'x'}, 400],
    ['a parameter named like a member of Object', 'invalid', {param: '__proto__', value: 'x'}, 200],
    ['a text with controls and a lone surrogate', 'invalid', {param: 'cron', value: '\u0000\u001b[2J\ud800'}, 200],
  ])('%s gets an answer below 500', async (_name, kind, query, status) => {
    const {statuses} = await play([[kind, query, 'x']])
    expect(statuses).toEqual([status])
  })

  it('keeps a jump of the offset countable', async () => {
    const {face, taskId, statuses} = await play([
      STARTED,
      ['running', {start: START, offset: 2 ** 52}, 'x'],
      ['finish', {...END, offset: 2 ** 52 + 1}, 'y'],
    ])
    expect(statuses).toEqual([200, 200, 200])
    expect((await roundsOf(face, taskId))[0]).toMatchObject({text: 'xy', dropped: 2 ** 52})
  })

  it('without a task id is refused', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    expect(await agent.report('finish', END)).toBe(400)
    expect(await agent.report('finish', {...END, taskId: 'x'.repeat(65)})).toBe(400)
  })

  it.each<Step[0]>(['running', 'finish', 'timeout', 'error', 'stopped', 'invalid', 'verified'])(
    '%s on an unknown or a foreign task gets 404 and is recorded (F42)',
    async (kind) => {
      const face = await openFace()
      const mine = await addAgent(face)
      const other = await addAgent(face, {key: KEYS[1]})
      const taskId = await addInvocation(face, [mine.instanceId])
      await mine.fetchList()
      expect(await other.report(kind, {...END, taskId})).toBe(404)
      expect(await other.report(kind, {...END, taskId: 't-none'})).toBe(404)
      expect(await stateOf(face, taskId, mine.instanceId)).toBe('Delivered')
      const audit = await face.deps.db.read
        .selectFrom('audit')
        .selectAll()
        .where('action', '=', `Report.${kind}`)
        .execute()
      expect(audit).toMatchObject([
        {caller: other.instanceId, targets_json: JSON.stringify([taskId]), result: 'NotFound', source: '127.0.0.1'},
        {caller: other.instanceId, targets_json: '["t-none"]', result: 'NotFound'},
      ])
    },
  )

  it('on unknown tasks is recorded so often, and once a minute after that, for each instance', async () => {
    const face = await openFace()
    const [noisy, other] = [await addAgent(face), await addAgent(face, {key: KEYS[1]})]
    const rows = async (agent: Agent): Promise<number> => {
      const audit = face.deps.db.read.selectFrom('audit').selectAll().where('caller', '=', agent.instanceId)
      return (await audit.execute()).length
    }
    for (let i = 0; i < 35; i += 1) expect(await noisy.report('finish', {...END, taskId: `t-${i}`})).toBe(404)
    await other.report('finish', {...END, taskId: 't-0'})
    expect([await rows(noisy), await rows(other)]).toEqual([30, 1])
    face.clock.nowMs += 60_000
    for (let i = 0; i < 5; i += 1) await noisy.report('finish', {...END, taskId: `t-${i}`})
    expect(await rows(noisy)).toBe(31)
  })

  it('with more than 1 MiB of output is cut off, compressed it is refused', async () => {
    const {agent, taskId} = await play([STARTED])
    expect(await agent.report('running', {taskId, start: START}, 'x'.repeat(1024 * 1024))).toBe(200)
    expect(await agent.report('running', {taskId, start: START}, 'x'.repeat(1024 * 1024 + 1))).toBe(413)
  })
})

describe('a task handed out', () => {
  it('is started once, however often it is fetched (F12)', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const taskId = await addInvocation(face, [agent.instanceId])
    const lists = await Promise.all(Array.from({length: 10}, () => agent.fetchList()))
    expect(lists.map(({run}) => run.map(({task}) => task.taskID))).toEqual(Array(10).fill([taskId]))
    await Promise.all(Array.from({length: 10}, () => agent.report('running', {taskId, start: START})))
    expect(await taskOf(face, taskId, agent.instanceId)).toMatchObject({state: 'Running', rounds: 1})
    expect(await roundsOf(face, taskId)).toHaveLength(1)
    expect((await agent.fetchList()).run).toEqual([])
  })

  it('is nobody else’s to fetch (F42)', async () => {
    const face = await openFace()
    const mine = await addAgent(face)
    const other = await addAgent(face, {key: KEYS[1]})
    const taskId = await addInvocation(face, [mine.instanceId])
    expect((await other.fetchList(`reason=kickoff&taskId=${taskId}`)).run).toEqual([])
  })

  it.each<TaskState>([
    'Success',
    'Failed',
    'Timeout',
    'Stopped',
    'Cancelled',
    'Invalid',
    'Interrupted',
    'Expired',
    'Lost',
    'Error',
  ])('is not handed out again once it is %s', async (state) => {
    const face = await openFace()
    const agent = await addAgent(face)
    await addInvocation(face, [agent.instanceId], {task: {state, open: 0}})
    const list = await agent.fetchList('reason=startup&cold_start=true')
    expect([list.run, list.stop, list.test]).toEqual([[], [], []])
  })
})
