import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {HOLD_HEADER} from '../../../../../src/lib/protocol/ecs/hold.ts'
import type {TaskState} from '../../../../../src/lib/protocol/ecs/status.ts'
import {type Parameters, signedV1} from '../../../../support/rpc-client.ts'
import {type Body, REGION, startTestServer, type TestServer} from '../../../../support/rpc-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  for (const id of ['mi-a', 'mi-b', 'mi-c']) await server.addInstance(id)
})
afterAll(() => server.close())

const RUN = {Type: 'RunShellScript', CommandContent: 'echo 123', InstanceId: ['mi-a']}
const run = async (change: Parameters = {}, on: TestServer = server): Promise<string> =>
  (await on.ok('RunCommand', {...RUN, ...change})).InvokeId
const invocation = async (parameters: Parameters): Promise<Body> =>
  (await server.ok('DescribeInvocations', parameters)).Invocations.Invocation[0]
const results = async (parameters: Parameters): Promise<Body[]> =>
  (await server.ok('DescribeInvocationResults', parameters)).Invocation.InvocationResults.InvocationResult

async function setState(on: TestServer, invokeId: string, instanceId: string, state: TaskState): Promise<void> {
  const open = ['Pending', 'Delivered', 'Scheduled', 'Running', 'Stopping'].includes(state) ? 1 : 0
  await on.deps.db.write((tx) =>
    tx
      .updateTable('tasks')
      .set({state, open})
      .where('invoke_id', '=', invokeId)
      .where('instance_id', '=', instanceId)
      .execute(),
  )
}

describe('a finished run', () => {
  it('is described with its times, exit code and output', async () => {
    const InvokeId = await run({
      Username: 'bob',
      Tag: [{Key: 'k', Value: 'v'}],
      Name: 'n',
      Description: 'd',
      Launcher: 'sh',
    })
    await server.addResult(InvokeId, 'mi-a', {exit_code: 3, state: 'Failed', dropped: 7})
    expect(await invocation({InvokeId})).toEqual({
      InvokeId,
      CommandId: expect.stringMatching(/^c-/),
      CommandName: 'n',
      CommandDescription: 'd',
      CommandType: 'RunShellScript',
      CommandContent: 'ZWNobyAxMjM=',
      CreationTime: '2026-01-02T03:04:05Z',
      Frequency: '',
      RepeatMode: 'Once',
      Timed: false,
      Timeout: 60,
      InvocationStatus: 'Failed',
      InvokeStatus: 'Finished',
      Parameters: '{}',
      Username: 'bob',
      WorkingDir: '',
      Launcher: 'sh',
      TerminationMode: '',
      ContainerId: '',
      ContainerName: '',
      OssOutputDelivery: '',
      Tags: {Tag: [{TagKey: 'k', TagValue: 'v'}]},
      InvokeInstances: {
        InvokeInstance: [
          {
            InstanceId: 'mi-a',
            InvocationStatus: 'Failed',
            InstanceInvokeStatus: 'Finished',
            CreationTime: '2026-01-02T03:04:05Z',
            UpdateTime: '2026-01-02T03:04:05Z',
            StartTime: '2026-01-02T03:04:06Z',
            FinishTime: '2026-01-02T03:04:08Z',
            StopTime: '',
            Timed: false,
            Repeats: 1,
            ExitCode: 3,
            Dropped: 7,
            ErrorCode: 'ExitCodeNonzero',
            ErrorInfo: expect.any(String),
          },
        ],
      },
    })
    expect(await results({InvokeId})).toEqual([
      {
        InvokeId,
        CommandId: expect.stringMatching(/^c-/),
        InstanceId: 'mi-a',
        InvocationStatus: 'Failed',
        InvokeRecordStatus: 'Finished',
        StartTime: '2026-01-02T03:04:06Z',
        FinishedTime: '2026-01-02T03:04:08Z',
        StopTime: '',
        Repeats: 1,
        ExitCode: 3,
        Dropped: 7,
        Output: 'MTIzCg==',
        ErrorCode: 'ExitCodeNonzero',
        ErrorInfo: expect.any(String),
        Username: 'bob',
        Launcher: 'sh',
        TerminationMode: '',
        ContainerId: '',
        ContainerName: '',
        OssOutputDelivery: '',
        Tags: {Tag: [{TagKey: 'k', TagValue: 'v'}]},
      },
    ])
  })

  it('shows output in DescribeInvocations only when asked, and only of a certain task or instance', async () => {
    server.clock.nowMs += 1
    const InvokeId = await run({InstanceId: ['mi-a', 'mi-b']})
    await server.addResult(InvokeId, 'mi-a')
    const outputs = async (parameters: Parameters): Promise<Body[]> =>
      (await invocation(parameters)).InvokeInstances.InvokeInstance.map((instance: Body) => instance.Output)
    expect(await outputs({InvokeId})).toEqual([undefined, undefined])
    expect(await outputs({InvokeId, IncludeOutput: true})).toEqual(['MTIzCg==', ''])
    expect(await outputs({InstanceId: 'mi-a', IncludeOutput: true, ContentEncoding: 'PlainText'})).toEqual(['123\n'])
    expect(await outputs({IncludeOutput: true})).toEqual([undefined, undefined])
  })

  it('gives bytes back exactly in Base64, and as text in PlainText (F23)', async () => {
    const InvokeId = await run()
    const bytes = Buffer.from([0xff, 0x00, 0x41, 0xe4, 0xbd])
    await server.addResult(InvokeId, 'mi-a', {output: bytes})
    expect((await results({InvokeId}))[0].Output).toBe(bytes.toString('base64'))
    expect((await results({InvokeId, ContentEncoding: 'PlainText'}))[0].Output).toBe('\ufffd\0A\ufffd')
  })

  it('ends at its start plus the timeout when it timed out, and has no exit code then', async () => {
    const InvokeId = await run({Timeout: 30})
    await server.addResult(InvokeId, 'mi-a', {state: 'Timeout', exit_code: null, end_ms: server.clock.nowMs + 99_000})
    const [result] = await results({InvokeId})
    expect(result).toMatchObject({
      InvocationStatus: 'Timeout',
      StartTime: '2026-01-02T03:04:06Z',
      FinishedTime: '2026-01-02T03:04:36Z',
      ErrorCode: 'ExecutionTimeout',
    })
    expect(result).not.toHaveProperty('ExitCode')
  })
})

describe('statuses', () => {
  it.each<{state: TaskState; status: string; error: string}>([
    {state: 'Pending', status: 'Pending', error: ''},
    {state: 'Delivered', status: 'Pending', error: ''},
    {state: 'Running', status: 'Running', error: ''},
    {state: 'Stopping', status: 'Stopping', error: ''},
    {state: 'Cancelled', status: 'Cancelled', error: ''},
    {state: 'Stopped', status: 'Terminated', error: ''},
    {state: 'Expired', status: 'Aborted', error: 'DeliveryTimeout'},
    {state: 'Lost', status: 'Error', error: 'ClientNotResponse'},
    {state: 'Interrupted', status: 'Error', error: 'ExecutionInterrupted'},
    {state: 'Invalid', status: 'Invalid', error: ''},
  ])('tells $state as $status, result or not', async ({state, status, error}) => {
    const InvokeId = await run()
    await setState(server, InvokeId, 'mi-a', state)
    expect(await results({InvokeId})).toMatchObject([
      {InvocationStatus: status, ErrorCode: error, Output: '', Repeats: 0, StartTime: '', FinishedTime: ''},
    ])
    expect((await invocation({InvokeId})).InvokeInstances.InvokeInstance[0]).toMatchObject({
      InvocationStatus: status,
      ErrorCode: error,
    })
  })

  it('are found by the filter of each, and by no other', async () => {
    const own = await startTestServer()
    for (const id of ['mi-a', 'mi-b']) await own.addInstance(id)
    const cases: Array<{name: string; states: [TaskState, TaskState]; mode?: Parameters; filters: string[]}> = [
      {name: 'pending', states: ['Success', 'Delivered'], filters: ['Pending', 'Running']},
      {
        name: 'scheduled',
        states: ['Scheduled', 'Running'],
        mode: {Frequency: 'rate(5m)'},
        filters: ['Scheduled', 'Running'],
      },
      {name: 'running', states: ['Running', 'Failed'], filters: ['Running']},
      {name: 'stopping', states: ['Stopping', 'Stopped'], filters: ['Stopping']},
      {name: 'success', states: ['Success', 'Stopped'], filters: ['Success', 'Finished']},
      {name: 'failed', states: ['Timeout', 'Cancelled'], filters: ['Failed', 'Finished']},
      {name: 'partial', states: ['Success', 'Expired'], filters: ['PartialFailed', 'Finished']},
      {name: 'stopped', states: ['Stopped', 'Cancelled'], filters: ['Stopped', 'Finished']},
    ]
    for (const {name, states, mode} of cases) {
      const invokeId = await run({Name: name, InstanceId: ['mi-a', 'mi-b'], ...mode}, own)
      await setState(own, invokeId, 'mi-a', states[0])
      await setState(own, invokeId, 'mi-b', states[1])
    }
    for (const filter of [
      'Running',
      'Finished',
      'Success',
      'Failed',
      'Stopped',
      'Stopping',
      'PartialFailed',
      'Pending',
      'Scheduled',
    ]) {
      const {Invocations, TotalCount} = await own.ok('DescribeInvocations', {InvokeStatus: filter})
      const expected = cases.filter((row) => row.filters.includes(filter)).map((row) => row.name)
      expect(Invocations.Invocation.map((row: Body) => row.CommandName).sort(), filter).toEqual(expected.sort())
      expect(TotalCount).toBe(expected.length)
      const byInstance = await own.ok('DescribeInvocations', {InvokeStatus: filter, InstanceId: 'mi-a'})
      // Documented: PartialFailed has no effect beside an instance.
      expect(byInstance.TotalCount, filter).toBe(filter === 'PartialFailed' ? cases.length : expected.length)
    }
    const overall = await own.ok('DescribeInvocations', {PageSize: 50})
    for (const row of overall.Invocations.Invocation) {
      const filters = cases.find(({name}) => name === row.CommandName)?.filters
      expect(filters, row.CommandName).toContain(row.InvocationStatus)
    }
    await own.close()
  })
})

describe('an output of which the middle is missing', () => {
  it('says so in its place, but to a caller that follows it byte by byte', async () => {
    const InvokeId = await run({InstanceId: ['mi-a']})
    const output = Buffer.from('headtail')
    await server.addResult(InvokeId, 'mi-a', {output, dropped: 90, output_end: 98, gap_after: 4, gap_bytes: 90})
    const marked = 'head\n[90 bytes missing here]\ntail'
    const [result] = await results({InvokeId, ContentEncoding: 'PlainText'})
    expect([result.Output, result.Dropped]).toEqual([marked, 90])
    const shown = await invocation({InvokeId, IncludeOutput: true, ContentEncoding: 'PlainText'})
    expect(shown.InvokeInstances.InvokeInstance[0].Output).toBe(marked)
    const request = signedV1(
      'POST',
      'DescribeInvocationResults',
      {RegionId: REGION, InvokeId, ContentEncoding: 'PlainText'},
      {key: server.key, nowMs: server.clock.nowMs},
    )
    const held = new Request(request, {headers: {...Object.fromEntries(request.headers), [HOLD_HEADER]: '0'}})
    const {body} = await server.send(held)
    expect(body.Invocation.InvocationResults.InvocationResult[0].Output).toBe('headtail')
  })
})

describe('recurring runs', () => {
  it('show the newest round, and every round with IncludeHistory', async () => {
    const InvokeId = await run({Frequency: 'rate(5m)', InstanceId: ['mi-a', 'mi-b']})
    for (const round of [1, 2, 3]) {
      await server.addResult(InvokeId, 'mi-a', {
        round,
        start_ms: server.clock.nowMs + round * 300_000,
        end_ms: server.clock.nowMs + round * 300_000 + 1000,
        exit_code: round === 2 ? 9 : 0,
        state: round === 2 ? 'Failed' : 'Success',
        output: Buffer.from(`round ${round}`),
      })
    }
    await setState(server, InvokeId, 'mi-a', 'Scheduled')
    expect(await invocation({InvokeId, IncludeOutput: true, ContentEncoding: 'PlainText'})).toMatchObject({
      Timed: true,
      InvocationStatus: 'Pending',
      InvokeStatus: 'Running',
      InvokeInstances: {
        InvokeInstance: [
          {Timed: true, Repeats: 3, ExitCode: 0, InvocationStatus: 'Scheduled', Output: 'round 3'},
          {Timed: true, Repeats: 0, InvocationStatus: 'Pending'},
        ],
      },
    })
    const newest = await results({InvokeId, ContentEncoding: 'PlainText'})
    expect(newest.map((r) => [r.InstanceId, r.InvocationStatus, r.Output])).toEqual([
      ['mi-b', 'Pending', ''],
      ['mi-a', 'Scheduled', 'round 3'],
    ])
    const history = await results({InvokeId, IncludeHistory: true, ContentEncoding: 'PlainText'})
    expect(history.map((r) => [r.InstanceId, r.Repeats, r.InvocationStatus, r.ExitCode, r.Output])).toEqual([
      ['mi-a', 3, 'Success', 0, 'round 3'],
      ['mi-a', 2, 'Failed', 9, 'round 2'],
      ['mi-a', 1, 'Success', 0, 'round 1'],
      ['mi-b', 0, 'Pending', undefined, ''],
    ])
    const failed = await results({InvokeId, IncludeHistory: true, InvokeRecordStatus: 'Failed', InstanceId: 'mi-a'})
    expect(failed.map((r) => r.Repeats)).toEqual([2])
    const page = await server.ok('DescribeInvocationResults', {InvokeId, IncludeHistory: true, MaxResults: 3})
    const rest = await server.ok('DescribeInvocationResults', {
      InvokeId,
      IncludeHistory: true,
      MaxResults: 3,
      NextToken: page.Invocation.NextToken,
    })
    expect(rest.Invocation.InvocationResults.InvocationResult.map((r: Body) => r.InstanceId)).toEqual(['mi-b'])
    expect(rest.Invocation.NextToken).toBe('')
  })

  it.each([
    {name: 'a single time', timing: {Frequency: 'at(2031-06-06 13:15:30)'}},
    {name: 'the next boot', timing: {RepeatMode: 'NextRebootOnly'}},
    {name: 'a year that has passed', timing: {Frequency: '0 0 0 1 1 * 2031'}},
  ])('have finished in the old words, too, once their last time is over: $name', async ({timing}) => {
    const InvokeId = await run({...timing, InstanceId: ['mi-a']})
    expect(await invocation({InvokeId})).toMatchObject({InvokeStatus: 'Running'})
    await server.addResult(InvokeId, 'mi-a', {state: 'Success'})
    expect(await invocation({InvokeId})).toMatchObject({
      InvokeStatus: 'Finished',
      InvokeInstances: {InvokeInstance: [{InstanceInvokeStatus: 'Finished'}]},
    })
  })

  it('are listed with and without Timed as the parameter says', async () => {
    const own = await startTestServer()
    await own.addInstance('mi-a')
    const once = await run({}, own)
    const live = await run({Frequency: 'rate(5m)'}, own)
    const over = await run({RepeatMode: 'NextRebootOnly'}, own)
    await setState(own, over, 'mi-a', 'Success')
    const ids = async (parameters: Parameters): Promise<string[]> =>
      (await own.ok('DescribeInvocations', parameters)).Invocations.Invocation.map((row: Body) => row.InvokeId).sort()
    expect(await ids({})).toEqual([once, live, over].sort())
    expect(await ids({Timed: true})).toEqual([live])
    expect(await ids({Timed: false})).toEqual([once, over].sort())
    expect(await ids({RepeatMode: 'NextRebootOnly'})).toEqual([over])
    // Documented: ignored beside an instance.
    expect(await ids({RepeatMode: 'Once', InstanceId: 'mi-a'})).toHaveLength(3)
    await own.close()
  })

  it('need an InvokeId for their history', async () => {
    expect(await server.call('DescribeInvocationResults', {IncludeHistory: true})).toMatchObject({
      status: 400,
      body: {Code: 'MissingParameter.InvokeId'},
    })
  })
})

describe('lists of invocations and results', () => {
  let own: TestServer
  const ids: string[] = []
  let commandId = ''
  beforeAll(async () => {
    own = await startTestServer()
    for (const id of ['mi-a', 'mi-b', 'mi-c']) await own.addInstance(id)
    commandId = (await own.ok('CreateCommand', {Name: 'stored', Type: 'RunShellScript', CommandContent: 'ZQ=='}))
      .CommandId
    for (let i = 0; i < 23; i += 1) {
      // Several fall into the same millisecond.
      if (i % 3 === 0) own.clock.nowMs += 1
      const change = {
        InstanceId: i % 2 === 0 ? ['mi-a', 'mi-b'] : ['mi-a', 'mi-c'],
        ResourceGroupId: i % 5 === 0 ? 'rg-5' : undefined,
        Tag: i % 4 === 0 ? [{Key: 'four', Value: 'yes'}] : undefined,
      }
      const invokeId =
        i % 6 === 0
          ? (await own.ok('InvokeCommand', {CommandId: commandId, ...change})).InvokeId
          : await run(
              {
                Name: i % 7 === 0 ? 'seven%' : 'other',
                Type: i % 3 === 0 ? 'RunPowerShellScript' : 'RunShellScript',
                ...change,
              },
              own,
            )
      if (i % 2 === 0) await setState(own, invokeId, 'mi-a', i % 4 === 0 ? 'Success' : 'Failed')
      ids.push(invokeId)
    }
  })
  afterAll(() => own.close())

  const matching = (test: (i: number) => boolean): number => ids.filter((_, i) => test(i)).length

  it.each<{name: string; parameters: Parameters; count: (i: number) => boolean}>([
    {name: 'nothing', parameters: {}, count: () => true},
    {name: 'InstanceId', parameters: {InstanceId: 'mi-b'}, count: (i) => i % 2 === 0},
    {
      name: 'CommandId',
      parameters: {
        get CommandId() {
          return commandId
        },
      },
      count: (i) => i % 6 === 0,
    },
    {name: 'CommandName', parameters: {CommandName: 'seven%'}, count: (i) => i % 7 === 0 && i % 6 !== 0},
    {
      name: 'CommandName, ignored beside InstanceId',
      parameters: {CommandName: 'x', InstanceId: 'mi-c'},
      count: (i) => i % 2 === 1,
    },
    {name: 'CommandType', parameters: {CommandType: 'RunPowerShellScript'}, count: (i) => i % 3 === 0 && i % 6 !== 0},
    {name: 'ResourceGroupId', parameters: {ResourceGroupId: 'rg-5'}, count: (i) => i % 5 === 0},
    {name: 'Tag', parameters: {Tag: [{Key: 'four', Value: 'yes'}]}, count: (i) => i % 4 === 0},
    {name: 'Tag and InstanceId', parameters: {Tag: [{Key: 'four'}], InstanceId: 'mi-b'}, count: (i) => i % 4 === 0},
    {
      name: 'InvokeId and CommandId',
      parameters: {
        get InvokeId() {
          return ids[0] ?? ''
        },
        get CommandId() {
          return commandId
        },
      },
      count: (i) => i === 0,
    },
    {
      name: 'InvokeId and another CommandId',
      parameters: {
        get InvokeId() {
          return ids[1] ?? ''
        },
        get CommandId() {
          return commandId
        },
      },
      count: () => false,
    },
    {name: 'an unknown InvokeId', parameters: {InvokeId: 't-x'}, count: () => false},
  ])('of invocations are the same by number and by token, filtered by $name', async ({parameters, count}) => {
    const numbered: string[] = []
    for (let PageNumber = 1; ; PageNumber += 1) {
      const page = await own.ok('DescribeInvocations', {...parameters, PageNumber, PageSize: 4})
      expect(page.TotalCount).toBe(matching(count))
      if (page.Invocations.Invocation.length === 0) break
      numbered.push(...page.Invocations.Invocation.map((row: Body) => row.InvokeId))
    }
    const byToken: string[] = []
    let NextToken: string | undefined
    do {
      const page = await own.ok('DescribeInvocations', {...parameters, MaxResults: 3, NextToken})
      byToken.push(...page.Invocations.Invocation.map((row: Body) => row.InvokeId))
      NextToken = page.NextToken
    } while (NextToken)
    expect(byToken).toEqual(numbered)
    expect([...byToken].sort()).toEqual(ids.filter((_, i) => count(i)).sort())
  })

  it.each<{name: string; parameters: Parameters; total: () => number}>([
    {name: 'nothing', parameters: {}, total: () => 46},
    {name: 'InstanceId', parameters: {InstanceId: 'mi-c'}, total: () => matching((i) => i % 2 === 1)},
    {
      name: 'InvokeId',
      parameters: {
        get InvokeId() {
          return ids[4] ?? ''
        },
      },
      total: () => 2,
    },
    {
      name: 'InvokeId and InstanceId',
      parameters: {
        get InvokeId() {
          return ids[4] ?? ''
        },
        InstanceId: 'mi-b',
      },
      total: () => 1,
    },
    {
      name: 'CommandId',
      parameters: {
        get CommandId() {
          return commandId
        },
      },
      total: () => 2 * matching((i) => i % 6 === 0),
    },
    {
      name: 'InvokeId and CommandId',
      parameters: {
        get InvokeId() {
          return ids[0] ?? ''
        },
        get CommandId() {
          return commandId
        },
      },
      total: () => 2,
    },
    {name: 'Success', parameters: {InvokeRecordStatus: 'Success'}, total: () => matching((i) => i % 4 === 0)},
    {
      name: 'Failed on an instance',
      parameters: {InvokeRecordStatus: 'Failed', InstanceId: 'mi-a'},
      total: () => matching((i) => i % 4 === 2),
    },
    {name: 'PartialFailed, which no instance is', parameters: {InvokeRecordStatus: 'PartialFailed'}, total: () => 0},
    {name: 'ResourceGroupId', parameters: {ResourceGroupId: 'rg-5'}, total: () => 2 * matching((i) => i % 5 === 0)},
    {name: 'Tag', parameters: {Tag: [{Key: 'four', Value: 'yes'}]}, total: () => 2 * matching((i) => i % 4 === 0)},
  ])('of results are the same by number and by token, filtered by $name', async ({parameters, total}) => {
    const name = (row: Body): string => `${row.InvokeId} ${row.InstanceId}`
    const numbered: string[] = []
    for (let PageNumber = 1; ; PageNumber += 1) {
      const {Invocation} = await own.ok('DescribeInvocationResults', {...parameters, PageNumber, PageSize: 5})
      expect(Invocation.TotalCount).toBe(total())
      if (Invocation.InvocationResults.InvocationResult.length === 0) break
      numbered.push(...Invocation.InvocationResults.InvocationResult.map(name))
    }
    const byToken: string[] = []
    let NextToken: string | undefined
    do {
      const {Invocation} = await own.ok('DescribeInvocationResults', {...parameters, MaxResults: 3, NextToken})
      byToken.push(...Invocation.InvocationResults.InvocationResult.map(name))
      NextToken = Invocation.NextToken
    } while (NextToken)
    expect(byToken).toEqual(numbered)
    expect(new Set(byToken).size).toBe(total())
  })

  it('show one instance but the statuses of all where an instance is given', async () => {
    const InvokeId = ids[4] ?? ''
    const {Invocations} = await own.ok('DescribeInvocations', {InvokeId, InstanceId: 'mi-a'})
    expect(Invocations.Invocation[0]).toMatchObject({
      InvocationStatus: 'Pending',
      InvokeInstances: {InvokeInstance: [{InstanceId: 'mi-a', InvocationStatus: 'Success'}]},
    })
    expect(Invocations.Invocation[0].InvokeInstances.InvokeInstance).toHaveLength(1)
  })

  it('find an old invocation although its command has many newer ones', async () => {
    const parameters = {InvokeId: ids[0], CommandId: commandId, PageSize: 1}
    const {Invocation} = await own.ok('DescribeInvocationResults', parameters)
    expect(Invocation.InvocationResults.InvocationResult).toMatchObject([{InvokeId: ids[0]}])
  })

  it('stay within the account', async () => {
    const key = await own.addKey('2000')
    for (const parameters of [{}, {InvokeId: ids[0]}, {InstanceId: 'mi-a'}, {CommandId: commandId}] as Parameters[]) {
      expect((await own.ok('DescribeInvocations', parameters, {key})).TotalCount).toBe(0)
      expect((await own.ok('DescribeInvocationResults', parameters, {key})).Invocation.TotalCount).toBe(0)
    }
    const history = await own.ok('DescribeInvocationResults', {InvokeId: ids[0], IncludeHistory: true}, {key})
    expect(history.Invocation.TotalCount).toBe(0)
  })

  it.each([
    {name: 'InvokeStatus', parameters: {InvokeStatus: 'Nice'}, code: 'InvalidParameter.InvokeStatus'},
    {name: 'RepeatMode', parameters: {RepeatMode: 'Nice'}, code: 'InvalidParameter.RepeatMode'},
    {name: 'CommandType', parameters: {CommandType: 'Nice'}, code: 'InvalidParameter.CommandType'},
    {name: 'Timed', parameters: {Timed: 'maybe'}, code: 'InvalidParameter.Timed'},
    {name: 'PageSize', parameters: {PageSize: 51}, code: 'InvalidParam.PageSize'},
  ])('refuse an unknown $name', async ({parameters, code}) => {
    expect(await own.call('DescribeInvocations', parameters)).toMatchObject({status: 400, body: {Code: code}})
  })
})
