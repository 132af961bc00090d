import {describe, expect, it} from 'vitest'
import {EXIT_CODES} from '../../../src/lib/core/errors.ts'
import {describeActivations} from '../../../src/lib/ecs/api/activations.ts'
import {describeCommands} from '../../../src/lib/ecs/api/commands.ts'
import {describeAgentStatus, describeInstances, describeRegions} from '../../../src/lib/ecs/api/instances.ts'
import {describeInvocations} from '../../../src/lib/ecs/api/invocations.ts'
import {describeManagedInstances} from '../../../src/lib/ecs/api/managed-instances.ts'
import {cronNotes, cronView} from '../../../src/lib/view/cron.ts'
import {exitCodeMeanings, exitCodesView} from '../../../src/lib/view/exit-codes.ts'
import {activationsView, createdActivationView} from '../../../src/lib/view/fleet/activations.ts'
import {
  agentStatusView,
  instancesView,
  managedInstancesView,
  regionsView,
} from '../../../src/lib/view/fleet/instances.ts'
import {renderCsv, renderText, type View} from '../../../src/lib/view/form/render.ts'
import {renderTable} from '../../../src/lib/view/form/table.ts'
import {invocationsView} from '../../../src/lib/view/run/invocations.ts'
import {resultsView, submittedView, summaryLines} from '../../../src/lib/view/run/run-command.ts'
import {elapsedText, progressLine} from '../../../src/lib/view/run/run-progress.ts'
import {commandsView} from '../../../src/lib/view/stored/commands.ts'
import {passedOverView} from '../../../src/lib/view/who-am-i.ts'
import {scriptedEcs} from '../../support/ecs-client.ts'

/** What each form of output shows, and the JSON behind it. */
function forms(view: View, json: unknown): string {
  const table = renderTable(view, {color: false, width: 200, nowMs: Date.UTC(2030, 0, 3)})
  return `TABLE\n${table}\nTEXT\n${renderText(view)}\nCSV\n${renderCsv(view)}\nJSON\n${JSON.stringify(json, null, 2)}\n`
}

const answering = (action: string, answer: Record<string, unknown>) => scriptedEcs([{action, answer}])
const b64 = (text: string) => Buffer.from(text).toString('base64')

describe('why there are no keys', () => {
  it('is told whole on a narrow terminal', () => {
    const reason = 'ALIBABA_CLOUD_CREDENTIALS_URI is not set, and no profile names such an address either'
    const view = passedOverView([{source: 'credentials URI', reason}])
    const table = renderTable(view, {color: false, width: 60, nowMs: 0})
    expect(table).not.toContain('…')
    expect(table.replaceAll(/\s+/g, ' ')).toContain(reason)
  })
})

describe('views', () => {
  it('of commands', async () => {
    const ecs = answering('DescribeCommands', {
      Commands: {
        Command: [
          {
            CommandId: 'c-1',
            Name: 'disk',
            Type: 'RunShellScript',
            Description: 'how full,\n"really"',
            CommandContent: b64('df -h {{path}}'),
            Timeout: 60,
            EnableParameter: true,
            ParameterNames: {ParameterName: ['path']},
            InvokeTimes: 3,
            CreationTime: '2030-01-02T03:04Z',
            WorkingDir: '/root',
            Tags: {Tag: [{TagKey: 'env', TagValue: 'prod'}]},
          },
          {CommandId: 'c-2', Name: '磁盘'},
        ],
      },
    })
    const {items} = await describeCommands(ecs, {}, 10)
    expect(forms(commandsView(items), items)).toMatchSnapshot()
  })

  it('of invocations', async () => {
    const ecs = answering('DescribeInvocations', {
      Invocations: {
        Invocation: [
          {
            InvokeId: 't-1',
            InvocationStatus: 'PartialFailed',
            CommandId: 'c-1',
            CommandName: 'disk',
            RepeatMode: 'Once',
            CommandContent: b64('df'),
            Parameters: '{"path":"/"}',
            CreationTime: '2030-01-02T03:04:05Z',
            Timeout: 60,
            InvokeInstances: {
              InvokeInstance: [
                {InstanceId: 'i-1', InvocationStatus: 'Success', ExitCode: 0},
                {InstanceId: 'i-2', InvocationStatus: 'Failed', ExitCode: 1},
              ],
            },
          },
          {
            InvokeId: 't-2',
            InvocationStatus: 'Scheduled',
            RepeatMode: 'Period',
            Frequency: 'rate(5m)',
            Timed: true,
            Parameters: 'no json',
            InvokeInstances: {InvokeInstance: [{InstanceId: 'i-1'}]},
          },
        ],
      },
    })
    const {items} = await describeInvocations(ecs, {}, 10)
    expect(forms(invocationsView(items), items)).toMatchSnapshot()
  })

  it('of ECS instances', async () => {
    const ecs = answering('DescribeInstances', {
      Instances: {
        Instance: [
          {
            InstanceId: 'i-1',
            InstanceName: 'web-1',
            Status: 'Running',
            OSType: 'linux',
            OSNameEn: 'Alibaba Cloud Linux 3',
            InstanceType: 'ecs.g7.large',
            ZoneId: 'cn-hangzhou-b',
            VpcAttributes: {VpcId: 'vpc-1', PrivateIpAddress: {IpAddress: ['10.0.0.1']}},
            PublicIpAddress: {IpAddress: []},
            EipAddress: {IpAddress: '1.2.3.4'},
            Tags: {Tag: [{TagKey: 'env', TagValue: 'prod'}]},
            CreationTime: '2030-01-02T03:04Z',
          },
          {InstanceId: 'i-2', Status: 'Stopped'},
        ],
      },
    })
    const {items} = await describeInstances(ecs, {}, 10)
    expect(forms(instancesView(items), items)).toMatchSnapshot()
  })

  it('of managed instances', async () => {
    const ecs = answering('DescribeManagedInstances', {
      Instances: [
        {
          InstanceId: 'mi-1',
          InstanceName: 'office',
          Connected: true,
          Hostname: 'box',
          OsType: 'Linux',
          IntranetIp: '192.0.2.1',
          AgentVersion: '1.0',
          InvocationCount: 2,
          RegistrationTime: '2030-01-02T03:04:05Z',
          Tags: [{TagKey: 'a', TagValue: ''}],
        },
      ],
    })
    const {items} = await describeManagedInstances(ecs, {}, 10)
    expect(forms(managedInstancesView(items), items)).toMatchSnapshot()
  })

  it('of agents', async () => {
    const ecs = answering('DescribeCloudAssistantStatus', {
      InstanceCloudAssistantStatusSet: {
        InstanceCloudAssistantStatus: [
          {
            InstanceId: 'i-1',
            CloudAssistantStatus: 'true',
            CloudAssistantVersion: '2.2.3.1',
            OSType: 'Linux',
            ActiveTaskCount: 0,
            InvocationCount: 9,
            LastHeartbeatTime: '2030-01-02T03:04:05Z',
            SupportSessionManager: true,
          },
          {InstanceId: 'i-2', CloudAssistantStatus: 'false', CloudAssistantVersion: '', OSType: 'Windows'},
        ],
      },
    })
    const {items} = await describeAgentStatus(ecs, {}, 10)
    expect(forms(agentStatusView(items), items)).toMatchSnapshot()
  })

  it('of regions', async () => {
    const ecs = answering('DescribeRegions', {
      Regions: {
        Region: [
          {
            RegionId: 'cn-hangzhou',
            LocalName: '华东 1（杭州）',
            RegionEndpoint: 'ecs.cn-hangzhou.aliyuncs.com',
            Status: 'available',
          },
        ],
      },
    })
    const regions = await describeRegions(ecs, undefined)
    expect(forms(regionsView(regions), regions)).toMatchSnapshot()
  })

  it('of activations', async () => {
    const ecs = answering('DescribeActivations', {
      ActivationList: [
        {
          ActivationId: 'A-1',
          InstanceName: 'web',
          InstanceCount: 10,
          RegisteredCount: 2,
          DeregisteredCount: 1,
          TimeToLiveInHours: 4,
          Disabled: false,
          IpAddressRange: '10.0.0.0/8',
          CreationTime: '2030-01-02T03:04:05Z',
          Tags: [],
        },
      ],
    })
    const {items} = await describeActivations(ecs, {}, 10)
    expect(forms(activationsView(items), items)).toMatchSnapshot()
  })

  it('of a new activation', () => {
    const created = {
      activationId: 'A-1',
      activationCode: 'a-x',
      registerCommand: 'ASSIST_ACTIVATION_CODE=a-x assist …',
      officialCommand: 'aliyun-service …',
    }
    expect(forms(createdActivationView(created), created)).toMatchSnapshot()
  })

  const result = (more: object) => ({
    instanceId: 'i-1',
    instanceName: '',
    invokeId: 't-1',
    status: 'Success',
    exitCode: 0,
    output: '',
    dropped: 0,
    repeats: 1,
    startTime: '2030-01-01T00:00:00Z',
    finishTime: '2030-01-01T00:00:01Z',
    errorCode: '',
    errorInfo: '',
    ...more,
  })
  const results = [
    result({output: 'a\tb\n汉字\n'}),
    result({
      instanceId: 'i-2',
      instanceName: 'web-2',
      status: 'Failed',
      exitCode: 3,
      dropped: 12,
      errorCode: 'ExitCodeNonzero',
    }),
    result({
      instanceId: 'i-3',
      status: 'Aborted',
      exitCode: null,
      startTime: '',
      finishTime: '',
      errorCode: 'DeliveryTimeout',
      errorInfo: 'not\x1b[2J there',
    }),
  ]

  it('of results', () => {
    expect(forms(resultsView(results), {results})).toMatchSnapshot()
  })

  it('of a single result on a terminal: a head line, then the output', () => {
    expect(
      renderTable(resultsView(results.slice(0, 1)), {color: false, width: 80, nowMs: Date.UTC(2030, 0, 3)}),
    ).toMatchSnapshot()
  })

  it('of what was submitted', () => {
    const run = {invokeId: 't-1', invokeIds: ['t-1', 't-2'], commandId: 'c-1', status: 'Pending', results}
    expect(forms(submittedView(run), run)).toMatchSnapshot()
    const scheduled = {
      ...run,
      invokeIds: ['t-1'],
      frequency: 'rate(5m)',
      nextRuns: ['2030-01-01T00:05:00Z', '2030-01-01T00:10:00Z'],
    }
    expect(forms(submittedView(scheduled), scheduled)).toMatchSnapshot()
  })

  it('of a schedule', () => {
    const explained = {
      expression: '0 0 8 * * ?',
      kind: 'cron',
      explanation: 'every day at 08:00:00',
      zone: 'UTC',
      zoneGiven: false,
      nextRuns: [{utc: '2030-01-01T08:00:00Z', local: '2030-01-01 08:00:00 +00:00'}],
    } as const
    const shown = {...explained, nextRuns: [...explained.nextRuns]}
    expect(forms(cronView(shown), shown) + cronNotes(shown).join('\n')).toMatchSnapshot()
  })

  it('of the exit codes, which are those the program uses', () => {
    const meanings = exitCodeMeanings()
    expect(renderText(exitCodesView(meanings))).toMatchSnapshot()
    for (const code of Object.values(EXIT_CODES)) expect(meanings.map((one) => one.code)).toContain(String(code))
  })
})

describe('summaryLines', () => {
  it('names what did not succeed, harmlessly, and counts', () => {
    expect(
      summaryLines([
        result('i-1', 'Success'),
        result('i-2', 'Failed', {exitCode: 3}),
        result('i-3', 'Aborted', {errorCode: 'X', errorInfo: '\x1b[2J'}),
      ]),
    ).toEqual(['i-2: exit code 3', 'i-3: Aborted: X: \\x1b[2J', '1 of 3 succeeded'])
  })

  it('tells what is to be known of a success', () => {
    expect(summaryLines([result('i-1', 'Success', {errorInfo: 'What it left running …'})])).toEqual([
      'i-1: What it left running …',
    ])
  })

  it('says nothing about a single success', () => {
    expect(summaryLines([result('i-1', 'Success')])).toEqual([])
  })

  it('say of a dry run that nothing was run', () => {
    const results = [result('i-1', 'Success'), result('i-2', 'Invalid')]
    expect(summaryLines(results, 'DryRun').at(-1)).toBe('dry run: 1 of 2 would take it; nothing was run')
    expect(summaryLines([result('i-1', 'Success')], 'DryRun')).toEqual([
      'dry run: 1 of 1 would take it; nothing was run',
    ])
  })

  it('names at most 50', () => {
    const lines = summaryLines(Array.from({length: 60}, (_, index) => result(`i-${index}`, 'Failed', {exitCode: 1})))
    expect(lines).toHaveLength(52)
    expect(lines.slice(-2)).toEqual(['and 10 more', '0 of 60 succeeded'])
  })

  function result(instanceId: string, status: string, more: object = {}) {
    return {
      instanceId,
      instanceName: '',
      invokeId: 't-1',
      status,
      exitCode: null,
      output: '',
      dropped: 0,
      repeats: 1,
      startTime: '',
      finishTime: '',
      errorCode: '',
      errorInfo: '',
      ...more,
    }
  }
})

describe('progressLine', () => {
  it.each([
    {
      name: 'counts who has not been heard of as pending',
      statuses: [],
      total: 3,
      line: '0 of 3 done, 3 pending, 1m 20s',
    },
    {
      name: 'tells the failed apart',
      statuses: ['Success', 'Failed', 'Running', 'Pending'],
      total: 5,
      line: '2 of 5 done, 1 failed, 1 running, 2 pending, 1m 20s',
    },
    {name: 'knows schedules', statuses: ['Scheduled'], total: 1, line: '0 of 1 done, 1 scheduled, 1m 20s'},
  ])('$name', ({statuses, total, line}) => {
    expect(progressLine(statuses, total, 80_500)).toBe(line)
  })

  it('tells long times in hours', () => {
    expect(elapsedText(7_500_000)).toBe('2h 5m')
    expect(elapsedText(59_999)).toBe('59s')
  })
})
