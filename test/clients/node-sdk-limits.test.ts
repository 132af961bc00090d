import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type ControlPlane, startControlPlane} from './support/control-plane.ts'
import {codeOf, installNodeSdk, type NodeSdk, openNodeSdk} from './support/node-sdk.ts'

const installed = installNodeSdk()
const folder = 'folder' in installed ? installed.folder : ''
if ('skipped' in installed) console.warn(`skipped: limits by the SDK for Node: ${installed.skipped}`)

const RUN = {type: 'RunShellScript', commandContent: 'echo 123', instanceId: ['mi-0']}

describe.skipIf(folder === '')('the SDK for Node, which puts everything in the query,', () => {
  let plane: ControlPlane
  let sdk: NodeSdk
  beforeAll(async () => {
    plane = await startControlPlane()
    await plane.addInstances(102, 'mi-')
    sdk = openNodeSdk(folder, plane)
  })
  afterAll(() => plane?.close())

  // Every limit, on either side; `code` is what the first value beyond it is refused with.
  const tags = (count: number, key = 'k', value = 'v') =>
    Array.from({length: count}, (_, index) => ({key: count === 1 ? key : `${key}${index}`, value}))
  const machines = (count: number) => Array.from({length: count}, (_, index) => `mi-${index}`)
  const list = (count: number) => JSON.stringify(machines(count))
  const names = (count: number) => Array.from({length: count}, (_, index) => `{{p${index}}}`).join(' ')
  const values = (count: number) => Object.fromEntries(Array.from({length: count}, (_, index) => [`p${index}`, 'x']))

  it.each<{limit: string; action: string; at: object; beyond: object; code: string}>([
    {
      limit: 'bytes of a script, three each in a URL',
      action: 'RunCommand',
      at: {...RUN, commandContent: '你'.repeat(6144)},
      beyond: {...RUN, commandContent: `${'你'.repeat(6144)}x`},
      code: 'CmdContent.ExceedLimit',
    },
    {
      limit: 'bytes of a script that are all escaped',
      action: 'RunCommand',
      at: {...RUN, commandContent: '\u0001'.repeat(18_432)},
      beyond: {...RUN, commandContent: '%'.repeat(18_433)},
      code: 'CmdContent.ExceedLimit',
    },
    {
      limit: 'bytes of a script in Base64',
      action: 'RunCommand',
      at: {...RUN, contentEncoding: 'Base64', commandContent: Buffer.alloc(18_432, '~?').toString('base64')},
      beyond: {...RUN, contentEncoding: 'Base64', commandContent: Buffer.alloc(18_435, '~?').toString('base64')},
      code: 'CmdContent.ExceedLimit',
    },
    {
      limit: 'characters of a name',
      action: 'RunCommand',
      at: {...RUN, name: '名'.repeat(128)},
      beyond: {...RUN, name: '名'.repeat(129)},
      code: 'CmdName.ExceedLimit',
    },
    {
      limit: 'characters of a description',
      action: 'RunCommand',
      at: {...RUN, description: '述'.repeat(512)},
      beyond: {...RUN, description: '述'.repeat(513)},
      code: 'CmdDesc.ExceedLimit',
    },
    {
      limit: 'characters of a folder',
      action: 'RunCommand',
      at: {...RUN, workingDir: '夹'.repeat(200)},
      beyond: {...RUN, workingDir: '夹'.repeat(201)},
      code: 'InvalidParameter.WorkingDir',
    },
    {
      limit: 'bytes of a launcher',
      action: 'RunCommand',
      at: {...RUN, launcher: 'x'.repeat(1024)},
      beyond: {...RUN, launcher: 'x'.repeat(1025)},
      code: 'InvalidLauncher.LengthLimitExceeded',
    },
    {
      limit: 'characters of a user',
      action: 'RunCommand',
      at: {...RUN, username: 'u'.repeat(255)},
      beyond: {...RUN, username: 'u'.repeat(256)},
      code: 'Username.ExceedLimit',
    },
    {
      limit: 'characters of a password name',
      action: 'RunCommand',
      at: {...RUN, windowsPasswordName: 'p'.repeat(255)},
      beyond: {...RUN, windowsPasswordName: 'p'.repeat(256)},
      code: 'WindowsPasswordName.ExceedLimit',
    },
    {
      limit: 'characters of a client token',
      action: 'RunCommand',
      at: {...RUN, clientToken: 't'.repeat(64)},
      beyond: {...RUN, clientToken: 't'.repeat(65)},
      code: 'InvalidClientToken.Malformed',
    },
    {
      limit: 'instances',
      action: 'RunCommand',
      at: {...RUN, instanceId: machines(100)},
      beyond: {...RUN, instanceId: machines(101)},
      code: 'InstanceIds.ExceedLimit',
    },
    {
      limit: 'tags',
      action: 'RunCommand',
      at: {...RUN, tag: tags(20)},
      beyond: {...RUN, tag: tags(21)},
      code: 'NumberExceed.Tags',
    },
    {
      limit: 'characters of a tag key',
      action: 'RunCommand',
      at: {...RUN, tag: tags(1, '键'.repeat(64))},
      beyond: {...RUN, tag: tags(1, '键'.repeat(65))},
      code: 'InvalidTagKey.Malformed',
    },
    {
      limit: 'characters of a tag value',
      action: 'RunCommand',
      at: {...RUN, tag: tags(1, 'k', '值'.repeat(128))},
      beyond: {...RUN, tag: tags(1, 'k', '值'.repeat(129))},
      code: 'InvalidTagValue.Malformed',
    },
    {
      limit: 'seconds of the shortest timeout',
      action: 'RunCommand',
      at: {...RUN, timeout: 10},
      beyond: {...RUN, timeout: 9},
      code: 'InvalidTimeout.ExceedLimit',
    },
    {
      limit: 'seconds of the longest timeout',
      action: 'RunCommand',
      at: {...RUN, timeout: 86_400},
      beyond: {...RUN, timeout: 86_401},
      code: 'InvalidTimeout.ExceedLimit',
    },
    {
      limit: 'parameters of a script',
      action: 'RunCommand',
      at: {...RUN, enableParameter: true, commandContent: names(20)},
      beyond: {...RUN, enableParameter: true, commandContent: names(21)},
      code: 'CmdParamCount.ExceedLimit',
    },
    {
      limit: 'values given',
      action: 'RunCommand',
      at: {...RUN, enableParameter: true, commandContent: names(11), parameters: values(10)},
      beyond: {...RUN, enableParameter: true, commandContent: names(11), parameters: values(11)},
      code: 'ParameterCount.ExceedLimit',
    },
    {
      limit: 'bytes of a parameter name',
      action: 'RunCommand',
      at: {...RUN, enableParameter: true, commandContent: `{{${'n'.repeat(64)}}}`},
      beyond: {...RUN, enableParameter: true, commandContent: `{{${'n'.repeat(65)}}}`},
      code: 'CmdParamName.ExceedLimit',
    },
    {
      limit: 'bytes of a script with its values',
      action: 'RunCommand',
      at: {...RUN, enableParameter: true, commandContent: '{{p}}', parameters: {p: '你'.repeat(6144)}},
      beyond: {...RUN, enableParameter: true, commandContent: '{{p}}', parameters: {p: `${'你'.repeat(6144)}x`}},
      code: 'CmdContent.ExceedLimit',
    },
    {
      limit: 'seconds of the shortest rate',
      action: 'RunCommand',
      at: {...RUN, frequency: 'rate(60s)', timeout: 10},
      beyond: {...RUN, frequency: 'rate(59s)', timeout: 10},
      code: 'InvalidParam.Frequency',
    },
    {
      limit: 'days of the longest rate',
      action: 'RunCommand',
      at: {...RUN, frequency: 'rate(7d)'},
      beyond: {...RUN, frequency: 'rate(8d)'},
      code: 'InvalidParam.Frequency',
    },
    {
      limit: 'ids of a status',
      action: 'DescribeCloudAssistantStatus',
      at: {instanceId: machines(100)},
      beyond: {instanceId: machines(101)},
      code: 'InstanceIds.ExceedLimit',
    },
    {
      limit: 'ids of instances',
      action: 'DescribeInstances',
      at: {instanceIds: list(100)},
      beyond: {instanceIds: list(101)},
      code: 'InvalidParameter.InstanceIds',
    },
    {
      limit: 'ids of managed instances',
      action: 'DescribeManagedInstances',
      at: {instanceId: machines(50)},
      beyond: {instanceId: machines(51)},
      code: 'InstanceIds.ExceedLimit',
    },
    {
      limit: 'commands of a page by token',
      action: 'DescribeCommands',
      at: {maxResults: 50},
      beyond: {maxResults: 51},
      code: 'InvalidParameter.MaxResults',
    },
    {
      limit: 'commands of a numbered page',
      action: 'DescribeCommands',
      at: {pageSize: 50},
      beyond: {pageSize: 51},
      code: 'InvalidParam.PageSize',
    },
    {
      limit: 'instances of an activation',
      action: 'CreateActivation',
      at: {instanceCount: 1000},
      beyond: {instanceCount: 1001},
      code: 'ActivationLimitation.Invalid',
    },
    {
      limit: 'hours of an activation',
      action: 'CreateActivation',
      at: {timeToLiveInHours: 4},
      beyond: {timeToLiveInHours: 5},
      code: 'ActivationTTL.ExceedLimit',
    },
  ])('passes $limit up to the limit of $action and reads the refusal beyond', async ({action, at, beyond, code}) => {
    expect(await codeOf(sdk.call(action, {...at}))).toBe('')
    expect(await codeOf(sdk.call(action, {...beyond}))).toBe(code)
  })

  it('stops 50 instances of an invocation, and not 51', async () => {
    const {invokeId} = await sdk.call('RunCommand', {...RUN, instanceId: machines(60)})
    expect(await codeOf(sdk.call('StopInvocation', {invokeId, instanceId: machines(51)}))).toBe(
      'InstanceIds.ExceedLimit',
    )
    expect(await codeOf(sdk.call('StopInvocation', {invokeId, instanceId: machines(50)}))).toBe('')
  })
})
