import {describe, expect, it} from 'vitest'
import {activate, parseActivation} from '../../../../src/lib/actions/fleet/create-activation.ts'
import {listAgentStatus} from '../../../../src/lib/actions/fleet/describe-instances.ts'
import {describeResults, followInvocation} from '../../../../src/lib/actions/run/describe-results.ts'
import {ResultFollower} from '../../../../src/lib/actions/run/follow-results.ts'
import {concludeStop, stop} from '../../../../src/lib/actions/run/stop-invocation.ts'
import {parseCreate} from '../../../../src/lib/actions/stored/create-command.ts'
import {deleteCommands, parseCommandIds} from '../../../../src/lib/actions/stored/delete-command.ts'
import {listCommands} from '../../../../src/lib/actions/stored/describe-commands.ts'
import {modify, parseModify} from '../../../../src/lib/actions/stored/modify-command.ts'
import {overBeforeLine} from '../../../../src/lib/view/run/stop-invocation.ts'
import {type ExpectedCall, ecsError, resultsAnswer, scriptedEcs} from '../../../support/ecs-client.ts'
import {createTestClock} from '../../../support/test-clock.ts'

const RESULTS = 'DescribeInvocationResults'
const signal = new AbortController().signal

function depsOf(expected: readonly ExpectedCall[]) {
  const ecs = scriptedEcs(expected)
  const printed: string[] = []
  return {
    ecs,
    printed,
    clock: createTestClock(),
    random: () => 0.5,
    notice: () => {},
    listener: {
      started: () => {},
      changed: () => {},
      output: (id: string, fresh: {bytes: Uint8Array}) => void printed.push(`${id}:${Buffer.from(fresh.bytes)}`),
    },
  }
}

const invocation = (instances: readonly string[]) => ({
  Invocations: {
    Invocation: [
      {
        InvokeId: 't-1',
        CommandId: 'c-1',
        InvokeInstances: {InvokeInstance: instances.map((InstanceId) => ({InstanceId}))},
      },
    ],
  },
})

describe('describeResults', () => {
  it('has the shape of a run when an invocation is named', async () => {
    const deps = depsOf([
      {action: RESULTS, with: {InvokeId: 't-1'}, answer: resultsAnswer([{status: 'Failed', exitCode: 3, output: 'x'}])},
    ])
    const {result} = await describeResults(deps, {invokeId: 't-1'}, 1000)
    expect(result).toMatchObject({
      invokeId: 't-1',
      commandId: 'c-1',
      status: 'Failed',
      results: [{exitCode: 3, output: 'x'}],
    })
  })

  it('judges a history by the newest round of each instance', async () => {
    const deps = depsOf([
      {
        action: RESULTS,
        with: {IncludeHistory: true},
        answer: resultsAnswer([{status: 'Success'}, {status: 'Failed', exitCode: 1}]),
      },
    ])
    const {result} = await describeResults(deps, {invokeId: 't-1', includeHistory: true}, 1000)
    expect(result).toMatchObject({status: 'Success', results: [{status: 'Success'}, {status: 'Failed'}]})
  })

  it('says that there is no such invocation', async () => {
    const none = {action: 'DescribeInvocations', answer: {}}
    const deps = depsOf([{action: RESULTS, answer: resultsAnswer([])}, none, none])
    await expect(describeResults(deps, {invokeId: 't-9'}, 1000)).rejects.toMatchObject({
      code: 'refused',
      message: 'there is no invocation "t-9"',
    })
  })

  it('reads on until the limit', async () => {
    const deps = depsOf([
      {
        action: RESULTS,
        with: {MaxResults: 3},
        answer: resultsAnswer(
          [
            {id: 'i-1', status: 'Success'},
            {id: 'i-2', status: 'Success'},
          ],
          undefined,
          'A',
        ),
      },
      {
        action: RESULTS,
        with: {MaxResults: 1, NextToken: 'A'},
        answer: resultsAnswer([{id: 'i-3', status: 'Success'}], undefined, 'B'),
      },
    ])
    const {result, hasMore} = await describeResults(deps, {}, 3)
    expect(result.results).toHaveLength(3)
    expect(hasMore).toBe(true)
    deps.ecs.verify()
  })
})

describe('followInvocation', () => {
  it('prints what is there and what comes, until it is over', async () => {
    const deps = depsOf([
      {action: 'DescribeInvocations', with: {InvokeId: 't-1'}, answer: invocation(['i-1'])},
      {
        action: RESULTS,
        hold: {waitMs: 20_000, since: undefined},
        answer: resultsAnswer([{status: 'Running', output: 'a\n'}], '2'),
      },
      {
        action: RESULTS,
        hold: {waitMs: 20_000, since: '2'},
        answer: resultsAnswer([{status: 'Failed', exitCode: 5, output: 'a\nb\n'}], '3'),
      },
    ])
    const {result} = await followInvocation(
      deps,
      {invokeId: 't-1', instanceId: undefined, timeoutMs: undefined},
      signal,
    )
    expect(deps.printed).toEqual(['i-1:a\n', 'i-1:b\n'])
    expect(result).toMatchObject({status: 'Failed', commandId: 'c-1', results: [{exitCode: 5}]})
    deps.ecs.verify()
  })

  it('keeps to one instance of several', async () => {
    const deps = depsOf([
      {action: 'DescribeInvocations', answer: invocation(['i-1', 'i-2'])},
      {
        action: RESULTS,
        answer: resultsAnswer(
          [
            {id: 'i-1', status: 'Running', output: 'no'},
            {id: 'i-2', status: 'Success', output: 'yes'},
          ],
          '2',
        ),
      },
    ])
    const {result} = await followInvocation(deps, {invokeId: 't-1', instanceId: 'i-2', timeoutMs: undefined}, signal)
    expect(deps.printed).toEqual(['i-2:yes'])
    expect(result.results).toHaveLength(1)
  })

  it('refuses an instance that has no part in it', async () => {
    const deps = depsOf([{action: 'DescribeInvocations', answer: invocation(['i-1'])}])
    const following = followInvocation(deps, {invokeId: 't-1', instanceId: 'i-7', timeoutMs: undefined}, signal)
    await expect(following).rejects.toThrow('invocation t-1 does not run on "i-7"')
  })
})

describe('ResultFollower', () => {
  it('begins anew with each round of a recurring task', () => {
    const printed: string[] = []
    const follower = new ResultFollower({
      output: (_id, fresh) => void printed.push(Buffer.from(fresh.bytes).toString()),
      changed: () => {},
    })
    const round = (repeats: number, startTime: string, output: string) => ({
      invokeId: 't-1',
      instanceId: 'i-1',
      commandId: 'c-1',
      status: 'Scheduled',
      exitCode: 0,
      dropped: 0,
      repeats,
      startTime,
      output: Buffer.from(output),
      finishTime: '',
      stopTime: '',
      errorCode: '',
      errorInfo: '',
      username: '',
    })
    for (const task of [
      round(1, 'A', 'one\n'),
      round(1, 'A', 'one\n'),
      round(2, 'B', 'two\n'),
      round(3, 'C', 'three\n'),
    ]) {
      follower.look({results: [task]})
    }
    expect(printed).toEqual(['one\n', 'two\n', 'three\n'])
  })
})

describe('stop', () => {
  const LOOK = {action: 'DescribeInvocations', answer: invocation(['i-1'])}
  it('waits until it has stopped', async () => {
    const deps = depsOf([
      LOOK,
      {action: 'StopInvocation', with: {InvokeId: 't-1', InstanceId: []}, answer: {}},
      {action: RESULTS, answer: resultsAnswer([{status: 'Stopping'}], '4')},
      {action: RESULTS, hold: {waitMs: 20_000, since: '4'}, answer: resultsAnswer([{status: 'Terminated'}], '5')},
    ])
    const stopped = await stop(deps, {invokeId: 't-1', instanceIds: [], wait: true, timeoutMs: undefined}, signal)
    expect(stopped.result).toMatchObject({invokeId: 't-1', status: 'Stopped', results: [{status: 'Terminated'}]})
    expect(concludeStop(stopped)).toBe(0)
    deps.ecs.verify()
  })

  it('looks once without waiting', async () => {
    const deps = depsOf([
      LOOK,
      {action: 'StopInvocation', answer: {}},
      {action: RESULTS, answer: resultsAnswer([{status: 'Stopping'}], '4')},
    ])
    const stopped = await stop(deps, {invokeId: 't-1', instanceIds: [], wait: false, timeoutMs: undefined}, signal)
    expect(stopped.result.status).toBe('Stopping')
    expect(concludeStop(stopped)).toBe(0)
  })

  it('asks for 50 instances at a time', async () => {
    const ids = Array.from({length: 51}, (_, index) => `i-${index}`)
    const deps = depsOf([
      LOOK,
      {action: 'StopInvocation', with: {InstanceId: ids.slice(0, 50)}, answer: {}},
      {action: 'StopInvocation', with: {InstanceId: ['i-50']}, answer: {}},
      {
        action: RESULTS,
        answer: resultsAnswer(
          ids.map((id) => ({id, status: 'Terminated'})),
          '4',
        ),
      },
    ])
    await stop(deps, {invokeId: 't-1', instanceIds: ids, wait: true, timeoutMs: undefined}, signal)
    deps.ecs.verify()
  })

  it('exits with 124 when it does not stop in time', async () => {
    const running = {action: RESULTS, answer: resultsAnswer([{status: 'Stopping'}])}
    const deps = depsOf([LOOK, {action: 'StopInvocation', answer: {}}, ...Array.from({length: 4}, () => running)])
    const stopped = await stop(deps, {invokeId: 't-1', instanceIds: [], wait: true, timeoutMs: 2000}, signal)
    expect(concludeStop(stopped)).toBe(124)
  })

  describe('of what was over', () => {
    const was = (statuses: Record<string, string>) => ({
      action: 'DescribeInvocations',
      with: {InvokeId: 't-1'},
      answer: {
        Invocations: {
          Invocation: [
            {
              InvokeId: 't-1',
              InvokeInstances: {
                InvokeInstance: Object.entries(statuses).map(([InstanceId, InvocationStatus]) => ({
                  InstanceId,
                  InvocationStatus,
                })),
              },
            },
          ],
        },
      },
    })
    const NOW_MS = Date.parse('2030-01-01T00:03:05Z')

    it.each([
      {
        name: 'says when all of it was',
        before: was({'i-1': 'Success'}),
        after: [{status: 'Success'}],
        says: 't-1 was over already (Success, 3m ago); nothing was stopped.',
      },
      {
        name: 'says where some of it was',
        before: was({'i-1': 'Failed', 'i-2': 'Running'}),
        after: [{status: 'Failed'}, {id: 'i-2', status: 'Terminated'}],
        says: 'On 1 of 2 instances it was over already; there nothing was stopped.',
      },
      {
        name: 'says nothing when all was stopped',
        before: was({'i-1': 'Running'}),
        after: [{status: 'Terminated'}],
        says: undefined,
      },
      {
        name: 'stops though it could not look',
        before: {action: 'DescribeInvocations', answer: ecsError('ServiceUnavailable', 503)},
        after: [{status: 'Terminated'}],
        says: undefined,
      },
    ])('$name', async ({before, after, says}) => {
      const deps = depsOf([
        before,
        {action: 'StopInvocation', answer: {}},
        {action: RESULTS, answer: resultsAnswer(after, '4')},
      ])
      const stopped = await stop(deps, {invokeId: 't-1', instanceIds: [], wait: true, timeoutMs: undefined}, signal)
      expect(overBeforeLine(stopped.result, NOW_MS)).toBe(says)
      expect(concludeStop(stopped)).toBe(0)
      deps.ecs.verify()
    })

    it('speaks only of the instances that were named', async () => {
      const deps = depsOf([
        was({'i-1': 'Success', 'i-2': 'Running'}),
        {action: 'StopInvocation', answer: {}},
        {action: RESULTS, answer: resultsAnswer([{status: 'Success'}, {id: 'i-2', status: 'Terminated'}], '4')},
      ])
      const input = {invokeId: 't-1', instanceIds: ['i-2'], wait: true, timeoutMs: undefined}
      expect(overBeforeLine((await stop(deps, input, signal)).result, NOW_MS)).toBeUndefined()
    })
  })
})

describe('lists', () => {
  it('stop at a service that hands out the same page again', async () => {
    const page = {action: 'DescribeCommands', answer: {Commands: {Command: [{CommandId: 'c-1'}]}, NextToken: 'A'}}
    const deps = depsOf([page, page])
    await expect(listCommands(deps, {} as never, 1000)).rejects.toThrow('the same page twice')
  })

  it('ask for the status of 250 agents in three calls', async () => {
    const ids = Array.from({length: 250}, (_, index) => `i-${index}`)
    const call = {action: 'DescribeCloudAssistantStatus', answer: {}}
    const deps = depsOf([call, call, call])
    await listAgentStatus(deps, {instanceIds: ids, osType: undefined}, 1000)
    deps.ecs.verify()
  })
})

describe('parseCreate', () => {
  const create = (flags: object, script: string) =>
    parseCreate({readInput: async () => Buffer.from('')}, flags, {
      words: [script],
      afterDashes: undefined,
      file: undefined,
      type: undefined,
    })

  it('warns about placeholders that stay text, and not when they are parameters', async () => {
    expect((await create({name: 'n'}, 'df {{path}}')).warnings[0]).toContain('{{path}} stays as it is')
    expect((await create({name: 'n', 'enable-parameter': true}, 'df {{path}}')).warnings).toEqual([])
  })

  it.each([
    {name: 'no name', flags: {}, script: 'ls', says: '--name must say'},
    {
      name: '21 parameters',
      flags: {name: 'n', 'enable-parameter': true},
      script: Array.from({length: 21}, (_, i) => `{{p${i}}}`).join(' '),
      says: 'at most 20 parameters; given: 21',
    },
    {
      name: 'a long description',
      flags: {name: 'n', description: 'x'.repeat(513)},
      script: 'ls',
      says: '--description must be at most 512',
    },
  ])('refuses $name', async ({flags, script, says}) => {
    await expect(create(flags, script)).rejects.toThrow(says)
  })

  it('refuses to change nothing', () => {
    expect(() => parseModify({}, 'c-1')).toThrow('nothing is to be changed')
  })
})

describe('modify and deleteCommands', () => {
  it('take names where ids are taken', async () => {
    const named = {
      action: 'DescribeCommands',
      with: {Name: 'disk'},
      answer: {Commands: {Command: [{CommandId: 'c-1', Name: 'disk'}]}},
    }
    const ecs = scriptedEcs([
      named,
      {action: 'ModifyCommand', with: {CommandId: 'c-1'}, answer: {}},
      named,
      {action: 'DeleteCommand', with: {CommandId: 'c-1'}, answer: {}},
    ])
    expect(await modify({ecs}, parseModify({description: 'x'}, 'disk'))).toEqual({commandId: 'c-1'})
    expect(await deleteCommands({ecs}, parseCommandIds(['disk', 'c-1']))).toEqual([{commandId: 'c-1'}])
    ecs.verify()
  })

  it('name what keeps a command, and what is gone already', async () => {
    const using = (status: string, answer: ExpectedCall['answer']) => ({
      action: 'DescribeInvocations',
      with: {CommandId: 'c-2', InvokeStatus: status},
      answer,
    })
    const scheduled = {InvokeId: 't-1', InvocationStatus: 'Scheduled', Frequency: 'rate(10m)'}
    const ecs = scriptedEcs([
      {action: 'DeleteCommand', with: {CommandId: 'c-1'}, answer: {}},
      {action: 'DeleteCommand', with: {CommandId: 'c-2'}, answer: ecsError('Operation.Forbidden', 403)},
      using('Scheduled', {Invocations: {Invocation: [scheduled]}}),
      using('Running', {Invocations: {Invocation: [{InvokeId: 't-2', InvocationStatus: 'Running'}]}}),
      using('Pending', {}),
      using('Stopping', {}),
    ])
    await expect(deleteCommands({ecs}, ['c-1', 'c-2', 'c-3'])).rejects.toMatchObject({
      code: 'refused',
      hint: 'Used by t-1 (Scheduled, rate(10m)), t-2 (Running). To stop it: assist stop t-1\n  Deleted before that: c-1',
    })
    ecs.verify()
  })

  it('say what is gone already also when nothing keeps the other', async () => {
    const ecs = scriptedEcs([
      {action: 'DeleteCommand', answer: {}},
      {action: 'DeleteCommand', answer: ecsError('InvalidCmdId.NotFound')},
    ])
    await expect(deleteCommands({ecs}, ['c-1', 'c-2'])).rejects.toMatchObject({hint: 'Deleted before that: c-1'})
  })
})

describe('activate', () => {
  const made = {action: 'CreateActivation', answer: {ActivationId: 'A-1', ActivationCode: 'a-secret'}}

  it('writes both commands for the machine that is to join', async () => {
    const ecs = scriptedEcs([made], 'https://10.0.0.1:8080/')
    expect(await activate({ecs, region: 'local', caFile: '/my ca.pem'}, parseActivation({}))).toEqual({
      activationId: 'A-1',
      activationCode: 'a-secret',
      registerCommand:
        "ASSIST_ACTIVATION_CODE=a-secret assist agent register --server https://10.0.0.1:8080 --ca-file '/my ca.pem' --region local --activation-id A-1",
      officialCommand:
        "ALIYUN_ASSIST_SERVER_HOST=10.0.0.1:8080 SSL_CERT_FILE='/my ca.pem' aliyun-service --register --RegionId=local --ActivationId=A-1 --ActivationCode=a-secret",
    })
  })

  it('sends no official agent to a server that it cannot talk to', async () => {
    const ecs = scriptedEcs([made], 'http://127.0.0.1:8080')
    expect((await activate({ecs, region: 'local'}, parseActivation({}))).officialCommand).toBe('')
  })

  it('leaves the server to the region in the cloud', async () => {
    const ecs = scriptedEcs([made], 'https://ecs.cn-hangzhou.aliyuncs.com')
    const {registerCommand, officialCommand} = await activate(
      {ecs, region: 'cn-hangzhou'},
      parseActivation({count: '20', ttl: '1h'}),
    )
    expect(registerCommand).not.toContain('--server')
    expect(officialCommand).toMatch(/^aliyun-service /)
    expect(ecs.calls[0]?.parameters).toMatchObject({InstanceCount: 20, TimeToLiveInHours: 1})
  })

  it.each([
    {count: '0'},
    {count: '1001'},
    {ttl: '5h'},
    {name: '1web'},
    {description: ''},
    {description: 'x'.repeat(101)},
  ])('refuses %j', (flags) => {
    expect(() => parseActivation(flags)).toThrow(/^--/)
  })
})
