import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {OPERATIONS} from '../../src/lib/server/operations/index.ts'
import {type ControlPlane, startControlPlane} from './support/control-plane.ts'
import {codeOf, installNodeSdk, type Model, type NodeSdk, openNodeSdk} from './support/node-sdk.ts'

const installed = installNodeSdk()
const folder = 'folder' in installed ? installed.folder : ''
if ('skipped' in installed) console.warn(`skipped: the SDK for Node: ${installed.skipped}`)

describe.skipIf(folder === '')('the SDK for Node', () => {
  let plane: ControlPlane
  let sdk: NodeSdk
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    plane = await startControlPlane()
    await plane.addInstances(2, 'mi-')
    sdk = openNodeSdk(folder, plane)
    const command = await sdk.call('CreateCommand', {
      name: 'stored',
      type: 'RunShellScript',
      commandContent: Buffer.from('echo {{name}}').toString('base64'),
      enableParameter: true,
      tag: [{key: 'team', value: 'a b'}],
    })
    const activation = await sdk.call('CreateActivation', {instanceName: 'web', tag: [{key: 'team', value: 'x'}]})
    const invocation = await sdk.call('InvokeCommand', {
      commandId: command.commandId,
      instanceId: ['mi-0'],
      parameters: {name: '*~+ '},
      tag: [{key: 'team', value: 'x'}],
    })
    Object.assign(ids, {
      commandId: command.commandId,
      activationId: activation.activationId,
      invokeId: invocation.invokeId,
    })
  })
  afterAll(() => plane?.close())

  const shown = (): Record<string, Record<string, unknown>> => ({
    DescribeInvocations: {invokeId: ids.invokeId, includeOutput: true},
    DescribeInvocationResults: {invokeId: ids.invokeId},
    DescribeCommands: {commandId: ids.commandId},
    DescribeActivations: {activationId: ids.activationId},
    DescribeManagedInstances: {instanceId: ['mi-0']},
    DescribeInstances: {instanceIds: '["mi-0"]'},
    DescribeCloudAssistantStatus: {instanceId: ['mi-0']},
    DescribeRegions: {},
  })

  it('reads each field of each list by its models, and no field is unknown or of another kind', async () => {
    const actions = [...OPERATIONS.keys()].filter((action) => action.startsWith('Describe'))
    expect(actions.sort()).toEqual(Object.keys(shown()).sort())
    for (const [action, fields] of Object.entries(shown())) {
      const body = await sdk.call(action, fields)
      const Body = sdk.model(`${action}ResponseBody`)
      expect([action, strangers(await sdk.rawAnswer(action, fields), Body, '')]).toEqual([action, []])
      expect(body.requestId).toMatch(/^[0-9A-F-]{36}$/)
    }
  })

  it('walks the rest of the operations', async () => {
    const {commandId} = await sdk.call('CreateCommand', {
      name: 'n',
      type: 'RunShellScript',
      commandContent: 'ZWNobyAxMjM=',
    })
    expect(await codeOf(sdk.call('ModifyCommand', {commandId, name: 'm'}))).toBe('')
    expect(await codeOf(sdk.call('DeleteCommand', {commandId}))).toBe('')
    expect(await codeOf(sdk.call('DeleteCommand', {commandId}))).toBe('InvalidCmdId.NotFound')
    const {activationId} = ids
    expect(await sdk.call('DisableActivation', {activationId})).toMatchObject({
      activation: {activationId, disabled: true},
    })
    expect(await sdk.call('DeleteActivation', {activationId})).toMatchObject({activation: {activationId}})
    const gone = await sdk.call('DeregisterManagedInstance', {instanceId: 'mi-1'})
    expect(gone).toMatchObject({instance: {instanceId: 'mi-1'}})
  })
})

/** Additions of our own, which the official clients pass over; a new one belongs here only on purpose. */
const OURS = ['AssistVersion', 'KickChannel']

/** Fields of an answer that a model does not know, or knows as another kind. */
function strangers(value: unknown, kind: unknown, path: string): string[] {
  if (value === undefined || value === null) return []
  if (typeof kind === 'string') return kind === 'any' || typeof value === kind ? [] : [`${path}: not a ${kind}`]
  if (typeof kind === 'object' && kind !== null && 'itemType' in kind) {
    if (!Array.isArray(value)) return [`${path}: not a list`]
    return value.flatMap((item, index) => strangers(item, kind.itemType, `${path}[${index}]`))
  }
  const model = kind as Model
  const wire = new Map(Object.entries(model.names()).map(([name, onWire]) => [onWire, name]))
  return Object.entries(value).flatMap(([name, item]) => {
    if (OURS.includes(name)) return []
    const known = wire.get(name)
    return known === undefined ? [`${path}.${name}: unknown`] : strangers(item, model.types()[known], `${path}.${name}`)
  })
}
