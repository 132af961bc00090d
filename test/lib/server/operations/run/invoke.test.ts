import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {Parameters} from '../../../../support/rpc-client.ts'
import {startTestServer, type TestServer} from '../../../../support/rpc-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await server.addInstance('mi-a')
  await server.addInstance('mi-b')
  await server.addInstance('mi-offline', {last_seen_at_ms: 0})
  await server.addInstance('mi-windows', {os_type: 'windows'})
  await server.addInstance('mi-unknown', {os_type: 'unknown'})
  await server.addInstance('mi-gone', {deregistered_at_ms: 1})
  await server.addInstance('mi-foreign', {account_id: '2000'})
  await server.addInstance('mi-elsewhere', {region_id: 'cn-beijing'})
  await tag('mi-a', {role: 'web', zone: 'a'})
  await tag('mi-b', {role: 'web', zone: 'b'})
})
afterAll(() => server.close())
beforeEach(() => void server.kicks.splice(0))

async function tag(id: string, tags: Record<string, string>): Promise<void> {
  const rows = Object.entries(tags).map(([tag_key, tag_value]) => ({
    account_id: '1000',
    resource_type: 'managedinstance' as const,
    resource_id: id,
    tag_key,
    tag_value,
  }))
  await server.deps.db.write((tx) => tx.insertInto('tags').values(rows).execute())
}

const RUN = {Type: 'RunShellScript', CommandContent: 'echo 123', InstanceId: ['mi-a']}

async function rows(table: 'invocations' | 'tasks' | 'commands' | 'audit' | 'client_tokens' | 'tags'): Promise<number> {
  const {count} = await server.deps.db.read
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

const tasksOf = (invokeId: string) =>
  server.deps.db.read.selectFrom('tasks').selectAll().where('invoke_id', '=', invokeId).orderBy('instance_id').execute()

describe('RunCommand', () => {
  it('stores one task per instance and wakes each of them', async () => {
    const {CommandId, InvokeId} = await server.ok('RunCommand', {...RUN, InstanceId: ['mi-a', 'mi-offline', 'mi-a']})
    expect(CommandId).toMatch(/^c-[a-z2-7]{20}$/)
    expect(InvokeId).toMatch(/^t-[a-z2-7]{20}$/)
    expect(server.kicks).toEqual([`mi-a run ${InvokeId}`, `mi-offline run ${InvokeId}`])
    expect(await tasksOf(InvokeId)).toMatchObject([
      {instance_id: 'mi-a', state: 'Pending', open: 1, deadline_ms: server.clock.nowMs + 60_000},
      {instance_id: 'mi-offline', state: 'Pending', open: 1},
    ])
  })

  it('keeps the command only when asked to', async () => {
    const passing = await server.ok('RunCommand', {...RUN, Name: 'passing'})
    const kept = await server.ok('RunCommand', {
      ...RUN,
      Name: 'kept',
      KeepCommand: true,
      WorkingDir: '/tmp',
      Timeout: 99,
    })
    expect((await server.ok('DescribeCommands', {CommandId: passing.CommandId})).TotalCount).toBe(0)
    expect((await server.call('InvokeCommand', {CommandId: passing.CommandId, InstanceId: ['mi-a']})).body.Code).toBe(
      'InvalidCmdId.NotFound',
    )
    const {Commands} = await server.ok('DescribeCommands', {CommandId: kept.CommandId})
    expect(Commands.Command[0]).toMatchObject({Name: 'kept', WorkingDir: '/tmp', Timeout: 99, InvokeTimes: 1})
  })

  it.each([
    {name: 'plain text by default', content: 'ZWNobw==', encoding: undefined, script: 'ZWNobw=='},
    {name: 'plain text for an encoding nobody knows', content: 'echo', encoding: 'Rot13', script: 'echo'},
    {name: 'Base64, whatever its case', content: 'ZWNobw==', encoding: 'base64', script: 'echo'},
  ])('reads $name', async ({content, encoding, script}) => {
    const {InvokeId} = await server.ok('RunCommand', {...RUN, CommandContent: content, ContentEncoding: encoding})
    const {Invocations} = await server.ok('DescribeInvocations', {InvokeId, ContentEncoding: 'PlainText'})
    expect(Invocations.Invocation[0].CommandContent).toBe(script)
  })

  it.each<{name: string; change: Parameters; repeatMode: string; frequency: string; deadline: boolean}>([
    {name: 'once by default', change: {}, repeatMode: 'Once', frequency: '', deadline: true},
    {name: 'once with Timed=false', change: {Timed: false}, repeatMode: 'Once', frequency: '', deadline: true},
    {name: 'a dry run', change: {RepeatMode: 'DryRun'}, repeatMode: 'DryRun', frequency: '', deadline: true},
    {
      name: 'the next reboot',
      change: {RepeatMode: 'NextRebootOnly'},
      repeatMode: 'NextRebootOnly',
      frequency: '',
      deadline: false,
    },
    {
      name: 'every reboot',
      change: {RepeatMode: 'EveryReboot', Timed: true},
      repeatMode: 'EveryReboot',
      frequency: '',
      deadline: false,
    },
    {
      name: 'a frequency alone',
      change: {Frequency: '0 */10 * * * *'},
      repeatMode: 'Period',
      frequency: '0 */10 * * * *',
      deadline: false,
    },
    {
      name: 'a frequency against Timed',
      change: {Frequency: 'rate(5m)', Timed: false},
      repeatMode: 'Period',
      frequency: 'rate(5m)',
      deadline: false,
    },
    {
      name: 'a frequency against another mode',
      change: {Frequency: 'at(2027-01-01 00:00:00)', RepeatMode: 'Once'},
      repeatMode: 'Period',
      frequency: 'at(2027-01-01 00:00:00)',
      deadline: false,
    },
  ])('runs $name', async ({change, repeatMode, frequency, deadline}) => {
    const {InvokeId} = await server.ok('RunCommand', {...RUN, ...change})
    const {Invocations} = await server.ok('DescribeInvocations', {InvokeId})
    expect(Invocations.Invocation[0]).toMatchObject({RepeatMode: repeatMode, Frequency: frequency, Timed: !deadline})
    expect((await tasksOf(InvokeId))[0]?.deadline_ms).toBe(deadline ? server.clock.nowMs + 60_000 : 0)
  })

  it('chooses instances by all of the tags given', async () => {
    const both = await server.ok('RunCommand', {
      ...RUN,
      InstanceId: undefined,
      ResourceTag: [{Key: 'role', Value: 'web'}],
    })
    expect((await tasksOf(both.InvokeId)).map((task) => task.instance_id)).toEqual(['mi-a', 'mi-b'])
    const one = await server.ok('RunCommand', {
      ...RUN,
      InstanceId: undefined,
      ResourceTag: [
        {Key: 'role', Value: 'web'},
        {Key: 'zone', Value: 'b'},
      ],
    })
    expect((await tasksOf(one.InvokeId)).map((task) => task.instance_id)).toEqual(['mi-b'])
  })

  it('keeps the values of parameters as text (B22)', async () => {
    const values = {a: '{{b}}', b: '$& $1 \\0', c: '{{ACS::InstanceId}}', d: ''}
    const {InvokeId} = await server.ok('RunCommand', {
      ...RUN,
      EnableParameter: true,
      CommandContent: '{{A}} {{b}} {{c}} {{d}} {{ a {{b}} }}',
      Parameters: JSON.stringify(values),
    })
    const {Invocations} = await server.ok('DescribeInvocations', {InvokeId})
    expect(JSON.parse(Invocations.Invocation[0].Parameters)).toEqual(values)
  })

  const enabled = (script: string, values: unknown): Parameters => ({
    EnableParameter: true,
    CommandContent: script,
    Parameters: typeof values === 'string' ? values : JSON.stringify(values),
  })
  const names = (count: number): string[] => Array.from({length: count}, (_, i) => `p${i}`)

  // B20–B24 and every rule of 3.6 and 5.
  it.each<{name: string; change: Parameters; status: number; code: string; says?: string}>([
    {name: 'no instance', change: {InstanceId: undefined}, status: 400, code: 'MissingParam.InstanceId'},
    {
      name: '101 instances',
      change: {InstanceId: names(101)},
      status: 403,
      code: 'InstanceIds.ExceedLimit',
      says: '100',
    },
    {
      name: 'an unknown instance among good ones',
      change: {InstanceId: ['mi-a', 'mi-x', 'mi-y']},
      status: 404,
      code: 'InvalidInstance.NotFound',
      says: '"mi-x", "mi-y"',
    },
    {name: 'the beginning of an id', change: {InstanceId: ['mi-']}, status: 404, code: 'InvalidInstance.NotFound'},
    {
      name: 'an instance of another account',
      change: {InstanceId: ['mi-foreign']},
      status: 404,
      code: 'InvalidInstance.NotFound',
    },
    {
      name: 'an instance in another region',
      change: {InstanceId: ['mi-elsewhere']},
      status: 404,
      code: 'InvalidInstance.NotFound',
    },
    {name: 'a deregistered instance', change: {InstanceId: ['mi-gone']}, status: 404, code: 'InvalidInstance.NotFound'},
    {
      name: 'a batch script for Linux',
      change: {Type: 'RunBatScript'},
      status: 400,
      code: 'InvalidInstance.NotMatch',
      says: '"mi-a"',
    },
    {
      name: 'a shell script for Windows',
      change: {InstanceId: ['mi-a', 'mi-windows']},
      status: 400,
      code: 'InvalidInstance.NotMatch',
      says: '"mi-windows"',
    },
    {
      name: 'instances and tags',
      change: {ResourceTag: [{Key: 'role'}]},
      status: 400,
      code: 'InvalidResourceTag.ConflictWithInstanceIds',
    },
    {
      name: 'tags that nobody has',
      change: {InstanceId: undefined, ResourceTag: [{Key: 'role', Value: 'db'}]},
      status: 400,
      code: 'InvalidResourceTag.InstanceNotFound',
    },
    {
      name: 'a resource tag without a key',
      change: {InstanceId: undefined, ResourceTag: [{Value: 'x'}]},
      status: 400,
      code: 'MissingParameter.ResourceTagKey',
    },
    {
      name: 'a resource tag twice',
      change: {InstanceId: undefined, ResourceTag: [{Key: 'a'}, {Key: 'a'}]},
      status: 400,
      code: 'Duplicate.ResourceTagKey',
    },
    {
      name: '21 resource tags',
      change: {InstanceId: undefined, ResourceTag: names(21).map((Key) => ({Key}))},
      status: 400,
      code: 'NumberExceed.ResourceTags',
    },
    {
      name: 'a long resource tag key',
      change: {InstanceId: undefined, ResourceTag: [{Key: 'k'.repeat(65)}]},
      status: 400,
      code: 'InvalidResourceTagKey.Malformed',
    },
    {
      name: 'a long resource tag value',
      change: {InstanceId: undefined, ResourceTag: [{Key: 'k', Value: 'v'.repeat(129)}]},
      status: 400,
      code: 'InvalidResourceTagValue.Malformed',
    },
    {
      name: 'an unknown repeat mode',
      change: {RepeatMode: 'Sometimes'},
      status: 404,
      code: 'InvalidRepeatMode.NotFound',
    },
    {name: 'Period without a frequency', change: {RepeatMode: 'Period'}, status: 400, code: 'MissingParam.Frequency'},
    {name: 'Timed=true without a frequency', change: {Timed: true}, status: 400, code: 'MissingParam.Frequency'},
    {name: 'a cron of 5 fields', change: {Frequency: '0 15 10 * *'}, status: 400, code: 'InvalidParam.Frequency'},
    {
      name: 'a cron out of range',
      change: {Frequency: '0 60 * * * ?'},
      status: 400,
      code: 'InvalidParam.Frequency',
      says: 'minute',
    },
    {
      name: 'an unknown zone',
      change: {Frequency: '0 0 8 * * ? Mars/Olympus'},
      status: 400,
      code: 'InvalidParam.Frequency',
    },
    {
      name: 'an offset with a leading zero',
      change: {Frequency: '0 0 8 * * ? GMT+08:00'},
      status: 400,
      code: 'InvalidParam.Frequency',
    },
    {name: 'a short rate', change: {Frequency: 'rate(59s)'}, status: 400, code: 'InvalidParam.Frequency'},
    {name: 'a long rate', change: {Frequency: 'rate(8d)'}, status: 400, code: 'InvalidParam.Frequency'},
    {
      name: 'an interval as long as the timeout',
      change: {Frequency: 'rate(60s)', Timeout: 60},
      status: 400,
      code: 'InvalidParam.Frequency',
    },
    {
      name: 'a cron closer than the timeout',
      change: {Frequency: '0/30 * * * * ?', Timeout: 60},
      status: 400,
      code: 'InvalidParam.Frequency',
      says: 'timeout',
    },
    {
      name: 'a time that has passed',
      change: {Frequency: 'at(2022-06-06 13:15:30)'},
      status: 400,
      code: 'InvalidParam.Frequency',
    },
    {name: 'a cron that never fires', change: {Frequency: '0 0 0 31 2 ?'}, status: 400, code: 'InvalidParam.Frequency'},
    {
      name: 'a frequency of 10 KB',
      change: {Frequency: '0 '.repeat(5120)},
      status: 400,
      code: 'InvalidParam.Frequency',
      says: '512 characters; given: 10240',
    },
    {name: 'a user of 256 characters', change: {Username: 'u'.repeat(256)}, status: 403, code: 'Username.ExceedLimit'},
    ...['nobody; touch X', '$(id)', '`id`', 'a&b', 'a|b', '-u', 'a b', 'a\\b', "a'b", 'a"b', 'a>b', '', ' a', '%x%']
      .filter((name) => name !== '')
      .map((Username) => ({
        name: `the user ${Username}`,
        change: {Username},
        status: 400,
        code: 'InvalidParameter.Username',
      })),
    {name: 'a user with a line break', change: {Username: 'a\nb'}, status: 400, code: 'InvalidParameter.Username'},
    {
      name: 'a long password name',
      change: {WindowsPasswordName: 'p'.repeat(256)},
      status: 403,
      code: 'WindowsPasswordName.ExceedLimit',
    },
    {
      name: 'a Windows user without a password',
      change: {InstanceId: ['mi-windows'], Type: 'RunBatScript', Username: 'bob'},
      status: 403,
      code: 'WindowsPasswordName.Missed',
    },
    {
      name: 'a container id that is none',
      change: {ContainerId: 'docker://abc'},
      status: 400,
      code: 'InvalidContainerId.Malformed',
    },
    {
      name: 'a container name that is none',
      change: {ContainerName: '-x'},
      status: 400,
      code: 'InvalidContainerName.Malformed',
    },
    {
      name: 'an unknown termination mode',
      change: {TerminationMode: 'Gently'},
      status: 404,
      code: 'InvalidTerminationMode.NotFound',
    },
    {
      name: 'another kind of storage',
      change: {OssOutputDelivery: 'oss://bucket/prefix'},
      status: 400,
      code: 'InvalidParameter.OssOutputDelivery',
    },
    {
      name: 'parameters while they are off',
      change: {CommandContent: '{{a}}', Parameters: '{"a":"1"}'},
      status: 400,
      code: 'Parameter.Disabled',
    },
    {
      name: 'parameters that are no JSON',
      change: enabled('{{a}}', 'a=1'),
      status: 400,
      code: 'InvalidParameter.Parameters',
    },
    {
      name: 'parameters in an array',
      change: enabled('{{a}}', '["a"]'),
      status: 400,
      code: 'InvalidParameter.Parameters',
    },
    {
      name: '11 parameters',
      change: enabled(
        names(11)
          .map((n) => `{{${n}}}`)
          .join(),
        Object.fromEntries(names(11).map((n) => [n, ''])),
      ),
      status: 403,
      code: 'ParameterCount.ExceedLimit',
      says: '10',
    },
    {
      name: 'a parameter the script has not',
      change: enabled('{{a}}', {b: '1'}),
      status: 403,
      code: 'Parameter.NotMatched',
      says: '"b"',
    },
    {
      name: 'a parameter without a name',
      change: enabled('{{a}}', {'': '1'}),
      status: 403,
      code: 'Parameter.NotMatched',
    },
    {
      name: 'a long parameter name',
      change: enabled('{{a}}', {['k'.repeat(65)]: '1'}),
      status: 403,
      code: 'ParameterKey.ExceedLimit',
    },
    {
      name: 'a parameter twice',
      change: enabled('{{a}}', '{"a":"1","a":"2"}'),
      status: 403,
      code: 'ParameterKey.Duplicate',
    },
    {
      name: 'a parameter twice but for its case',
      change: enabled('{{a}}', {a: '1', A: '2'}),
      status: 403,
      code: 'ParameterKey.Duplicate',
    },
    {name: 'a number as value', change: enabled('{{a}}', {a: 1}), status: 403, code: 'ParameterType.NotSupported'},
    {name: 'a nested value', change: enabled('{{a}}', {a: {b: 'c'}}), status: 403, code: 'ParameterType.NotSupported'},
    {name: 'null as value', change: enabled('{{a}}', {a: null}), status: 400, code: 'Parameter.MissingValue'},
    {
      name: 'NUL in a value',
      change: enabled('{{a}}', {a: '\0'}),
      status: 403,
      code: 'InvalidParameterCharset.Parameters',
    },
    {
      name: 'a lone surrogate in a value',
      change: enabled('{{a}}', '{"a":"\\ud800"}'),
      status: 403,
      code: 'InvalidParameterCharset.Parameters',
    },
    {
      name: 'a script too long with its parameters',
      change: enabled('{{a}}{{a}}', {a: 'x'.repeat(9217)}),
      status: 403,
      code: 'CmdContent.ExceedLimit',
      says: 'with its parameters',
    },
  ])('refuses $name and stores nothing', async ({change, status, code, says}) => {
    const count = async () => [
      await rows('invocations'),
      await rows('tasks'),
      await rows('commands'),
      await rows('audit'),
      await rows('client_tokens'),
    ]
    const before = await count()
    const answer = await server.call('RunCommand', {...RUN, ClientToken: 'refused', ...change})
    expect(answer).toMatchObject({status, body: {Code: code}})
    if (says) expect(answer.body.Message).toContain(says)
    expect(answer.body.Message).not.toContain('\n')
    expect(answer.body.Message.length).toBeLessThan(320)
    expect(await count()).toEqual(before)
    expect(server.kicks).toEqual([])
  })

  it.each<{name: string; change: Parameters}>([
    {
      name: '100 instances given twice',
      change: {InstanceId: [...Array.from({length: 60}, () => 'mi-a'), ...Array.from({length: 40}, () => 'mi-b')]},
    },
    {name: 'PowerShell on Linux', change: {Type: 'RunPowerShellScript'}},
    {name: 'a batch script where the system is unknown', change: {Type: 'RunBatScript', InstanceId: ['mi-unknown']}},
    {name: 'System as a Windows user', change: {InstanceId: ['mi-windows'], Type: 'RunBatScript', Username: 'System'}},
    ...['bob', 'Bob.O-Neil_2', 'svc$', 'me@corp.example', '张三'].map((Username) => ({
      name: `the user ${Username}`,
      change: {Username},
    })),
    {
      name: 'a user of a domain, on Windows',
      change: {InstanceId: ['mi-windows'], Type: 'RunBatScript', Username: 'CORP\\Bob Smith', WindowsPasswordName: 'p'},
    },
    {name: 'empty parameters while they are off', change: {Parameters: '{}'}},
    {name: 'a parameter in another case', change: enabled('{{Name}}', {nAME: 'x'})},
    {name: 'a container', change: {ContainerId: `containerd://${'aB'.repeat(32)}`, ContainerName: 'web.1'}},
  ])('accepts $name', async ({change}) => {
    await server.ok('RunCommand', {...RUN, ...change})
  })

  it('refuses more instances by tag than by id', async () => {
    for (let i = 0; i < 101; i += 1) {
      await server.addInstance(`mi-many${i}`)
      await tag(`mi-many${i}`, {many: 'yes'})
    }
    const answer = await server.call('RunCommand', {
      ...RUN,
      InstanceId: undefined,
      ResourceTag: [{Key: 'many', Value: 'yes'}],
    })
    expect(answer).toMatchObject({status: 403, body: {Code: 'InstanceIds.ExceedLimit'}})
  })
})

describe('InvokeCommand', () => {
  it('uses the stored command, with what the call says over it', async () => {
    const CommandContent = Buffer.from('echo {{x}}').toString('base64')
    const {CommandId} = await server.ok('CreateCommand', {
      Name: 'c',
      Type: 'RunShellScript',
      CommandContent,
      EnableParameter: true,
      Timeout: 300,
      WorkingDir: '/stored',
      Description: 'd',
    })
    const plain = await server.ok('InvokeCommand', {CommandId, InstanceId: ['mi-a']})
    const over = await server.ok('InvokeCommand', {
      CommandId,
      InstanceId: ['mi-a'],
      Timeout: 30,
      WorkingDir: '/given',
      Username: 'bob',
      Parameters: '{"x":"1"}',
      TerminationMode: 'Process',
      Tag: [{Key: 'k', Value: 'v'}],
    })
    const read = async (InvokeId: string) =>
      (await server.ok('DescribeInvocations', {InvokeId})).Invocations.Invocation[0]
    expect(await read(plain.InvokeId)).toMatchObject({
      CommandId,
      CommandName: 'c',
      CommandDescription: 'd',
      CommandType: 'RunShellScript',
      CommandContent,
      Timeout: 300,
      WorkingDir: '/stored',
      Username: '',
      Parameters: '{}',
    })
    expect(await read(over.InvokeId)).toMatchObject({
      Timeout: 30,
      WorkingDir: '/given',
      Username: 'bob',
      Parameters: '{"x":"1"}',
      TerminationMode: 'Process',
      Tags: {Tag: [{TagKey: 'k', TagValue: 'v'}]},
    })
    expect((await server.ok('DescribeCommands', {CommandId})).Commands.Command[0].InvokeTimes).toBe(2)
  })

  it('holds a schedule against the timeout stored on the command', async () => {
    const {CommandId} = await server.ok('CreateCommand', {
      Name: 'slow',
      Type: 'RunShellScript',
      CommandContent: 'ZQ==',
      Timeout: 600,
    })
    const answer = await server.call('InvokeCommand', {CommandId, InstanceId: ['mi-a'], Frequency: 'rate(5m)'})
    expect(answer).toMatchObject({status: 400, body: {Code: 'InvalidParam.Frequency'}})
    await server.ok('InvokeCommand', {CommandId, InstanceId: ['mi-a'], Frequency: 'rate(5m)', Timeout: 60})
  })

  it.each([
    {name: 'no command', change: {CommandId: undefined}, status: 400, code: 'MissingParameter.CommandId'},
    {name: 'an unknown command', change: {CommandId: 'c-x'}, status: 404, code: 'InvalidCmdId.NotFound'},
    {name: 'a timeout of 9 s', change: {Timeout: 9}, status: 403, code: 'InvalidTimeout.ExceedLimit'},
    {
      name: 'parameters of a command that has none',
      change: {Parameters: '{"a":"1"}'},
      status: 400,
      code: 'Parameter.Disabled',
    },
  ])('refuses $name', async ({change, status, code}) => {
    const {CommandId} = await server.ok('CreateCommand', {Name: 'c', Type: 'RunShellScript', CommandContent: 'ZQ=='})
    expect(await server.call('InvokeCommand', {CommandId, InstanceId: ['mi-a'], ...change})).toMatchObject({
      status,
      body: {Code: code},
    })
  })
})

describe('ClientToken', () => {
  it('gives 100 parallel calls one invocation and one answer (F9)', async () => {
    const before = await rows('invocations')
    const answers = await Promise.all(
      Array.from({length: 100}, () => server.ok('RunCommand', {...RUN, ClientToken: 'parallel'})),
    )
    expect(new Set(answers.map((answer) => answer.InvokeId)).size).toBe(1)
    expect(new Set(answers.map((answer) => answer.CommandId)).size).toBe(1)
    expect(new Set(answers.map((answer) => answer.RequestId)).size).toBe(100)
    expect(await rows('invocations')).toBe(before + 1)
    expect(server.kicks).toHaveLength(1)
  })

  it('belongs to one request of one account, for a day (B23)', async () => {
    const token = {ClientToken: 'day'}
    const first = await server.ok('RunCommand', {...RUN, ...token})
    expect(await server.call('RunCommand', {...RUN, ...token, CommandContent: 'other'})).toMatchObject({
      status: 403,
      body: {Code: 'IdempotentParameterMismatch'},
    })
    expect(await server.call('CreateActivation', token)).toMatchObject({body: {Code: 'IdempotentParameterMismatch'}})
    const key = await server.addKey('2000')
    const foreign = await server.ok('RunCommand', {...RUN, ...token, InstanceId: ['mi-foreign']}, {key})
    expect(foreign.InvokeId).not.toBe(first.InvokeId)
    const sameAccount = await server.addKey('1000')
    expect((await server.ok('RunCommand', {...RUN, ...token}, {key: sameAccount})).InvokeId).toBe(first.InvokeId)
    server.clock.nowMs += 24 * 3_600_000
    expect((await server.ok('RunCommand', {...RUN, ...token})).InvokeId).not.toBe(first.InvokeId)
  })

  it('repeats an answer although the call would not be accepted any more', async () => {
    const at = new Date(server.clock.nowMs + 120_000).toISOString().slice(0, 19).replace('T', ' ')
    const call = {...RUN, Frequency: `at(${at})`, ClientToken: 'late'}
    const first = await server.ok('RunCommand', call)
    server.clock.nowMs += 180_000
    expect((await server.ok('RunCommand', call)).InvokeId).toBe(first.InvokeId)
    expect((await server.call('RunCommand', {...call, ClientToken: 'later'})).body.Code).toBe('InvalidParam.Frequency')
  })

  it('does nothing again when the answer that is kept cannot be read', async () => {
    const call = {...RUN, ClientToken: 'damaged'}
    await server.ok('RunCommand', call)
    const before = await rows('invocations')
    for (const kept of ['damaged', server.deps.secrets.seal('{"InvokeId":'), server.deps.secrets.seal('["t-1"]')]) {
      await server.deps.db.write(async (tx) => {
        await tx.updateTable('client_tokens').set({response_json: kept}).where('token', '=', 'damaged').execute()
      })
      expect(await server.call('RunCommand', call)).toMatchObject({status: 500, body: {Code: 'InternalError'}})
    }
    expect(await rows('invocations')).toBe(before)
  })

  it('is free again when the call was refused', async () => {
    expect((await server.call('RunCommand', {...RUN, ClientToken: 'again', InstanceId: ['mi-x']})).status).toBe(404)
    await server.ok('RunCommand', {...RUN, ClientToken: 'again'})
  })
})

describe('StopInvocation', () => {
  it('cancels what no agent has heard of, and is harmless twice (B27)', async () => {
    const {InvokeId} = await server.ok('RunCommand', {...RUN, InstanceId: ['mi-a', 'mi-b']})
    server.kicks.splice(0)
    await server.ok('StopInvocation', {InvokeId, InstanceId: ['mi-a']})
    expect((await tasksOf(InvokeId)).map((task) => task.state)).toEqual(['Cancelled', 'Pending'])
    await server.deps.db.write((tx) =>
      tx
        .updateTable('tasks')
        .set({state: 'Running'})
        .where('invoke_id', '=', InvokeId)
        .where('instance_id', '=', 'mi-b')
        .execute(),
    )
    await server.ok('StopInvocation', {InvokeId})
    expect(server.kicks).toEqual([`mi-b stop ${InvokeId}`])
    await server.ok('StopInvocation', {InvokeId})
    const {Invocations} = await server.ok('DescribeInvocations', {InvokeId})
    expect(Invocations.Invocation[0]).toMatchObject({
      InvocationStatus: 'Stopping',
      InvokeInstances: {
        InvokeInstance: [
          {InvocationStatus: 'Cancelled', StopTime: expect.stringMatching(/Z$/)},
          {InvocationStatus: 'Stopping'},
        ],
      },
    })
  })

  it.each<{name: string; change: Parameters; status: number; code: string}>([
    {name: 'an unknown invocation', change: {InvokeId: 't-x'}, status: 404, code: 'InvalidInvokeId.NotFound'},
    {name: 'no invocation', change: {InvokeId: undefined}, status: 400, code: 'MissingParameter.InvokeId'},
    {
      name: 'an instance it does not run on',
      change: {InstanceId: ['mi-b']},
      status: 404,
      code: 'InvalidInstanceId.NotFound',
    },
    {name: 'a misspelt instance', change: {InstanceID: ['mi-a']}, status: 400, code: 'InvalidParameter.InstanceID'},
    {
      name: 'instances by another name',
      change: {InstanceIds: '["mi-a"]'},
      status: 400,
      code: 'InvalidParameter.InstanceIds',
    },
    {name: 'an instance in lower case', change: {instanceid: 'mi-a'}, status: 400, code: 'InvalidParameter.instanceid'},
    {
      name: '51 instances',
      change: {InstanceId: Array.from({length: 51}, (_, i) => `mi-${i}`)},
      status: 403,
      code: 'InstanceIds.ExceedLimit',
    },
  ])('refuses $name', async ({change, status, code}) => {
    const {InvokeId} = await server.ok('RunCommand', RUN)
    expect(await server.call('StopInvocation', {InvokeId, ...change})).toMatchObject({status, body: {Code: code}})
    expect((await tasksOf(InvokeId))[0]?.state).toBe('Pending')
  })

  it('does not reach another account, and accepts one that is finished', async () => {
    const {InvokeId} = await server.ok('RunCommand', RUN)
    const key = await server.addKey('2000')
    expect((await server.call('StopInvocation', {InvokeId}, {key})).body.Code).toBe('InvalidInvokeId.NotFound')
    await server.addResult(InvokeId, 'mi-a')
    await server.ok('StopInvocation', {InvokeId})
    expect((await tasksOf(InvokeId))[0]?.state).toBe('Success')
  })
})

describe('audit (S7)', () => {
  it('tells who did what to what, and the hash of the script but not the script (F49)', async () => {
    const {RequestId, CommandId, InvokeId} = await server.ok('RunCommand', {
      ...RUN,
      CommandContent: 'echo canary-in-script',
      EnableParameter: true,
    })
    const row = await server.deps.db.read
      .selectFrom('audit')
      .selectAll()
      .where('request_id', '=', RequestId)
      .executeTakeFirst()
    expect(row).toMatchObject({
      account_id: '1000',
      caller: server.key.accessKeyId,
      action: 'RunCommand',
      source: '192.0.2.1',
      result: 'ok',
      targets_json: JSON.stringify([CommandId, InvokeId, 'mi-a']),
      script_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(JSON.stringify([row, server.logged])).not.toContain('canary')
  })
})
