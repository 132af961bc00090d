import {describe, expect, it} from 'vitest'
import CreateActivation from '../../src/commands/create-activation.ts'
import CreateCommand from '../../src/commands/create-command.ts'
import Cron from '../../src/commands/cron.ts'
import DeleteCommand from '../../src/commands/delete-command.ts'
import DescribeCommands from '../../src/commands/describe-commands.ts'
import DescribeInstances from '../../src/commands/describe-instances.ts'
import DescribeInvocations from '../../src/commands/describe-invocations.ts'
import DescribeManagedInstances from '../../src/commands/describe-managed-instances.ts'
import DescribeResults from '../../src/commands/describe-results.ts'
import DescribeStatus from '../../src/commands/describe-status.ts'
import InvokeCommand from '../../src/commands/invoke-command.ts'
import ModifyCommand from '../../src/commands/modify-command.ts'
import RunCommand from '../../src/commands/run-command.ts'
import StopInvocation from '../../src/commands/stop-invocation.ts'
import {type ExpectedCall, resultsAnswer, scriptedEcs} from '../support/ecs-client.ts'
import {runCommand} from '../support/run-command.ts'

const RESULTS = 'DescribeInvocationResults'
const b64 = (text: string): string => Buffer.from(text).toString('base64')
const accepted = {InvokeId: 't-1', CommandId: 'c-1'}
const succeeds: ExpectedCall = {action: RESULTS, answer: resultsAnswer([{status: 'Success', output: '123\n'}], '3')}

async function run(command: unknown, argv: readonly string[], expected: readonly ExpectedCall[] = []) {
  const ecs = scriptedEcs(expected)
  const ran = await runCommand(command, argv, {ecs})
  ecs.verify()
  return {...ran, ecs}
}

describe('run-command', () => {
  it.each([
    {
      name: 'a script',
      argv: ['-i', 'i-1', 'echo 123'],
      sends: {CommandContent: b64('echo 123'), Type: 'RunShellScript', InstanceId: ['i-1']},
    },
    {name: 'several targets', argv: ['-i', 'i-1,i-2', '-i', 'i-3', 'ls'], sends: {InstanceId: ['i-1', 'i-2', 'i-3']}},
    {
      name: 'words behind --, doubles in order',
      argv: ['-i', 'i-1', '--', 'cp', 'a', 'b c', 'a', '-v'],
      sends: {CommandContent: b64("cp a 'b c' a -v")},
    },
    {
      name: 'flags behind -- as words',
      argv: ['-i', 'i-1', '--', 'ls', '--json', '-i', 'x'],
      sends: {CommandContent: b64('ls --json -i x'), InstanceId: ['i-1']},
    },
    {
      name: 'one word behind -- as the script',
      argv: ['-i', 'i-1', '--', 'ls | wc'],
      sends: {CommandContent: b64('ls | wc')},
    },
    {
      name: 'parameters',
      argv: ['-i', 'i-1', '--param', 'a=1', '--param', 'b=x=y', 'echo {{a}} {{b}}'],
      sends: {EnableParameter: true, Parameters: '{"a":"1","b":"x=y"}'},
    },
    {
      name: 'a PowerShell script',
      argv: ['-i', 'i-1', '--type', 'powershell', 'ls'],
      sends: {Type: 'RunPowerShellScript'},
    },
    {
      name: 'how to run it',
      argv: [
        '-i',
        'i-1',
        '--cwd',
        '/srv',
        '--user',
        'web',
        '--exec-timeout',
        '10m',
        '--launcher',
        'sh -x',
        '--termination-mode',
        'ProcessTree',
        '--client-token',
        'T',
        'ls',
      ],
      sends: {
        WorkingDir: '/srv',
        Username: 'web',
        Timeout: 600,
        Launcher: 'sh -x',
        TerminationMode: 'ProcessTree',
        ClientToken: 'T',
      },
    },
    {
      name: 'a command to keep',
      argv: ['-i', 'i-1', '--keep', '--command-name', 'n', '--description', 'd', 'ls'],
      sends: {KeepCommand: true, Name: 'n', Description: 'd'},
    },
  ])('sends $name', async ({argv, sends}) => {
    await run(
      RunCommand,
      [...argv.slice(0, 2), '--no-wait', ...argv.slice(2)],
      [{action: 'RunCommand', with: sends, answer: accepted}],
    )
  })

  it('prints what the script printed and nothing else', async () => {
    const ran = await run(RunCommand, ['-i', 'i-1', 'echo 123'], [{action: 'RunCommand', answer: accepted}, succeeds])
    expect(ran).toMatchObject({stdout: '123\n', stderr: '', code: 0})
  })

  it('exits with the code of the script', async () => {
    const fails = {action: RESULTS, answer: resultsAnswer([{status: 'Failed', exitCode: 7, output: 'x'}], '3')}
    const ran = await run(RunCommand, ['-i', 'i-1', 'exit 7'], [{action: 'RunCommand', answer: accepted}, fails])
    expect(ran).toMatchObject({stdout: 'x', stderr: 'i-1: exit code 7\n', code: 7})
  })

  it('puts the instance in front of lines of several, and can leave it out', async () => {
    const both = {
      action: RESULTS,
      answer: resultsAnswer(
        [
          {id: 'i-1', status: 'Success', output: 'a\n'},
          {id: 'i-22', status: 'Success', output: 'b\n'},
        ],
        '3',
      ),
    }
    const submitted = {action: 'RunCommand', answer: accepted}
    expect((await run(RunCommand, ['-i', 'i-1,i-22', 'x'], [submitted, both])).stdout).toBe('i-1  | a\ni-22 | b\n')
    expect((await run(RunCommand, ['-i', 'i-1,i-22', '--no-prefix', 'x'], [submitted, both])).stdout).toBe('a\nb\n')
    expect((await run(RunCommand, ['-i', 'i-1,i-22', '--group', 'x'], [submitted, both])).stdout).toBe(
      '== i-1 ==\na\n== i-22 ==\nb\n',
    )
  })

  it('gives the whole result as JSON, and nothing live', async () => {
    const ran = await run(
      RunCommand,
      ['-i', 'i-1', '--json', 'echo 123'],
      [{action: 'RunCommand', answer: accepted}, succeeds],
    )
    expect(ran.stdout).toMatchSnapshot()
    expect(ran.stderr).toBe('')
  })

  it('prints ids alone for --no-wait --print-id', async () => {
    const ran = await run(
      RunCommand,
      ['-i', 'i-1', '--no-wait', '--print-id', 'ls'],
      [{action: 'RunCommand', answer: accepted}],
    )
    expect(ran).toMatchObject({stdout: 't-1\n', stderr: 't-1\n', code: 0})
  })

  it('runs on this machine when the profile has an instance of its own', async () => {
    const ecs = scriptedEcs([{action: 'RunCommand', with: {InstanceId: ['i-local-1']}, answer: accepted}])
    await runCommand(RunCommand, ['--no-wait', 'ls'], {ecs, localInstanceId: 'i-local-1'})
    ecs.verify()
  })

  it.each([
    {name: 'no target', argv: ['ls'], says: 'no target is given'},
    {name: 'no script', argv: ['-i', 'i-1'], says: 'no script is given'},
    {
      name: 'a script without quotes',
      argv: ['-i', 'i-1', 'echo', '123'],
      says: 'a script must be one argument; given: 2',
    },
    {name: 'an argument and words behind --', argv: ['-i', 'i-1', 'ls', '--', 'ls'], says: 'one source'},
    {name: 'an unknown flag', argv: ['-i', 'i-1', '--evn', 'A=1', 'ls'], says: 'there is no flag "--evn"'},
    {
      name: 'a single flag twice',
      argv: ['-i', 'i-1', '--cwd', 'a', '--cwd', 'b', 'ls'],
      says: 'can only be specified once',
    },
    {name: 'a flag without its value', argv: ['-i', 'i-1', 'ls', '--cwd'], says: 'needs a value'},
    {
      name: 'a duration that is none',
      argv: ['-i', 'i-1', '--exec-timeout', 'soon', 'ls'],
      says: '--exec-timeout must be a number of seconds',
    },
    {name: 'a wrong schedule', argv: ['-i', 'i-1', '--frequency', '*/5 * * * *', 'ls'], says: '--frequency: '},
    {
      name: 'a long name',
      argv: ['-i', 'i-1', '--command-name', 'x'.repeat(129), 'ls'],
      says: 'at most 128 characters; given: 129',
    },
  ])('refuses $name and sends nothing', async ({argv, says}) => {
    const ran = await run(RunCommand, argv)
    expect(ran).toMatchObject({stdout: '', code: 2})
    expect(ran.stderr).toContain(says)
    expect(ran.ecs.calls).toEqual([])
  })
})

describe('invoke-command', () => {
  it('schedules the line of the README', async () => {
    const ran = await run(
      InvokeCommand,
      ['--instance', 'i-xxx', '--frequency', '0 */10 * * * *'],
      [
        {action: 'DescribeCommands', answer: {Commands: {Command: [{CommandId: 'c-1', Name: 'test'}]}}},
        {
          action: 'InvokeCommand',
          with: {CommandId: 'c-1', InstanceId: ['i-xxx'], Frequency: '0 */10 * * * *'},
          answer: {InvokeId: 't-1'},
        },
      ],
    )
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/^t-1\tc-1\t1\t0 \*\/10 \* \* \* \*\t/)
    expect(ran.stderr).toBe('Using the only stored command: c-1 (test).\n')
  })

  it('runs a stored command with parameters', async () => {
    const ran = await run(
      InvokeCommand,
      ['c-1', '-i', 'i-1', '--param', 'path=/'],
      [
        {action: 'InvokeCommand', with: {CommandId: 'c-1', Parameters: '{"path":"/"}'}, answer: {InvokeId: 't-1'}},
        succeeds,
      ],
    )
    expect(ran).toMatchObject({stdout: '123\n', code: 0})
  })

  it('refuses two commands', async () => {
    const ran = await run(InvokeCommand, ['c-1', '--command', 'c-2', '-i', 'i-1'])
    expect(ran).toMatchObject({code: 2, stderr: expect.stringContaining('one command can be invoked')})
  })
})

describe('describe-results', () => {
  it('gives JSON in the shape of a run', async () => {
    const ran = await run(
      DescribeResults,
      ['t-1', '--history', '--json'],
      [
        {
          action: RESULTS,
          with: {InvokeId: 't-1', IncludeHistory: true},
          answer: resultsAnswer([{status: 'Success', output: '1'}]),
        },
      ],
    )
    expect(JSON.parse(ran.stdout)).toMatchObject({invokeId: 't-1', results: [{status: 'Success', output: '1'}]})
  })

  it('gives a line per result as ndjson', async () => {
    const ran = await run(
      DescribeResults,
      ['t-1', '-o', 'ndjson'],
      [
        {
          action: RESULTS,
          answer: resultsAnswer([
            {id: 'i-1', status: 'Success'},
            {id: 'i-2', status: 'Success'},
          ]),
        },
      ],
    )
    expect(
      ran.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).instanceId),
    ).toEqual(['i-1', 'i-2'])
  })

  it('follows and exits with the code of the script', async () => {
    const ran = await run(
      DescribeResults,
      ['t-1', '--follow'],
      [
        {
          action: 'DescribeInvocations',
          answer: {
            Invocations: {Invocation: [{InvokeId: 't-1', InvokeInstances: {InvokeInstance: [{InstanceId: 'i-1'}]}}]},
          },
        },
        {action: RESULTS, answer: resultsAnswer([{status: 'Failed', exitCode: 5, output: 'a\n'}], '9')},
      ],
    )
    expect(ran).toMatchObject({stdout: 'a\n', code: 5})
  })

  it('needs an invocation to follow', async () => {
    expect(await run(DescribeResults, ['--follow'])).toMatchObject({code: 2})
  })
})

describe('commands that change something', () => {
  it.each([
    {
      name: 'create-command',
      command: CreateCommand,
      argv: ['--name', 'disk', '--enable-parameter', '--exec-timeout', '10s', '--tag', 'a=b', 'df {{path}}'],
      calls: [
        {
          action: 'CreateCommand',
          with: {
            Name: 'disk',
            CommandContent: b64('df {{path}}'),
            ContentEncoding: 'Base64',
            EnableParameter: true,
            Timeout: 10,
            Tag: [{Key: 'a', Value: 'b'}],
          },
          answer: {CommandId: 'c-1'},
        },
      ],
      stdout: 'c-1\n',
    },
    {
      name: 'modify-command',
      command: ModifyCommand,
      argv: ['c-1', '--name', 'n'],
      calls: [{action: 'ModifyCommand', with: {CommandId: 'c-1', Name: 'n'}, answer: {}}],
      stdout: 'c-1\n',
    },
    {
      name: 'delete-command',
      command: DeleteCommand,
      argv: ['c-1', 'c-2'],
      calls: [
        {action: 'DeleteCommand', with: {CommandId: 'c-1'}, answer: {}},
        {action: 'DeleteCommand', with: {CommandId: 'c-2'}, answer: {}},
      ],
      stdout: 'c-1\nc-2\n',
    },
    {
      name: 'stop-invocation',
      command: StopInvocation,
      argv: ['t-1', '-i', 'i-1'],
      calls: [
        {
          action: 'DescribeInvocations',
          with: {InvokeId: 't-1'},
          answer: {Invocations: {Invocation: []}, NextToken: ''},
        },
        {action: 'StopInvocation', with: {InvokeId: 't-1', InstanceId: ['i-1']}, answer: {}},
        {action: RESULTS, answer: resultsAnswer([{status: 'Terminated'}], '3')},
      ],
      stdout: 't-1\ti-1\tTerminated\n',
    },
  ])('$name', async ({command, argv, calls, stdout}) => {
    const ran = await run(command, argv, calls)
    expect(ran).toMatchObject({stdout, code: 0})
    for (const {action, options} of ran.ecs.calls) expect(options.write ?? false).toBe(!action.startsWith('Describe'))
  })

  it('create-activation warns when only this machine reaches the server', async () => {
    const ran = await run(
      CreateActivation,
      ['--json'],
      [{action: 'CreateActivation', answer: {ActivationId: 'A', ActivationCode: 'a-c'}}],
    )
    expect(JSON.parse(ran.stdout)).toMatchObject({activationId: 'A', activationCode: 'a-c'})
    expect(ran.stderr).toContain('Only this machine reaches')
  })
})

describe('lists', () => {
  it.each([
    {
      name: 'describe-commands',
      command: DescribeCommands,
      argv: ['--name', 'a*', '--type', 'shell', '--tag', 'k=v', '--latest'],
      action: 'DescribeCommands',
      sends: {Name: 'a*', Type: 'RunShellScript', Latest: true, Tag: [{Key: 'k', Value: 'v'}], MaxResults: 50},
    },
    {
      name: 'describe-invocations',
      command: DescribeInvocations,
      argv: ['--status', 'Running', '-i', 'i-1', '--no-timed', '--repeat-mode', 'once', '--limit', '5'],
      action: 'DescribeInvocations',
      sends: {InvokeStatus: 'Running', InstanceId: 'i-1', Timed: false, RepeatMode: 'Once', MaxResults: 5},
    },
    {
      name: 'describe-instances',
      command: DescribeInstances,
      argv: ['-i', 'i-1,i-2', '--private-ip', '10.0.0.1', '--vpc-id', 'vpc-1'],
      action: 'DescribeInstances',
      sends: {InstanceIds: '["i-1","i-2"]', PrivateIpAddresses: '["10.0.0.1"]', VpcId: 'vpc-1', MaxResults: 100},
    },
    {
      name: 'describe-status',
      command: DescribeStatus,
      argv: ['i-1', '-i', 'i-2', '--os-type', 'Linux'],
      action: 'DescribeCloudAssistantStatus',
      sends: {InstanceId: ['i-1', 'i-2'], OSType: 'Linux'},
    },
    {
      name: 'describe-managed-instances',
      command: DescribeManagedInstances,
      argv: ['--no-connected', '--machine-id', 'm'],
      action: 'DescribeManagedInstances',
      sends: {Connected: false, MachineId: 'm'},
    },
  ])('$name sends its filters', async ({command, argv, action, sends}) => {
    await run(command, argv, [{action, with: sends, answer: {}}])
  })

  it('say that there is more', async () => {
    const ran = await run(
      DescribeCommands,
      ['--limit', '1'],
      [{action: 'DescribeCommands', answer: {Commands: {Command: [{CommandId: 'c-1'}]}, NextToken: 'A'}}],
    )
    expect(ran.stderr).toBe('Only the first 1 are shown; --limit N shows more.\n')
  })

  it('refuse a limit that is none', async () => {
    expect(await run(DescribeCommands, ['--limit', '0'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--limit must be a whole number from 1 to 100000'),
    })
  })
})

describe('cron', () => {
  it('explains on stderr and lists on stdout', async () => {
    const ran = await run(Cron, [
      '0 */10 * * * *',
      '--from',
      '2030-01-01T00:00:00Z',
      '--count',
      '2',
      '--zone',
      'Asia/Shanghai',
      '--language',
      'en',
    ])
    expect(ran.stdout).toBe(
      '2030-01-01T00:10:00Z\t2030-01-01 08:10:00 +08:00\n2030-01-01T00:20:00Z\t2030-01-01 08:20:00 +08:00\n',
    )
    expect(ran.stderr).toContain('every 10 minutes')
  })

  it('points at a mistake and exits with 2', async () => {
    const ran = await run(Cron, ['0 */70 * * * *'])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('\n  0 */70 * * * *\n      ^^\n')
  })

  it('says so where the service does not know an instance that was asked about', async () => {
    const ecs = scriptedEcs([{action: 'DescribeCloudAssistantStatus', answer: {}}])
    const ended = await runCommand(DescribeStatus, ['nosuch'], {ecs})
    expect(ended).toMatchObject({code: 123, stdout: ''})
    expect(ended.stderr).toContain('nosuch: the service knows no such instance')
  })
})
