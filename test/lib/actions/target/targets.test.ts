import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {parseTargets} from '../../../../src/lib/actions/target/parse-targets.ts'
import {matchesGlob, resolveTargets} from '../../../../src/lib/actions/target/resolve-targets.ts'
import {tempFolder} from '../../../support/cli.ts'
import {ecsError, scriptedEcs} from '../../../support/ecs-client.ts'

const folder = tempFolder()
afterAll(() => folder.remove())
const list = join(folder.path, 'hosts')
writeFileSync(list, '# web\ni-a, i-b\r\ni-c # old\n\n')

const stdin = {readInput: async () => Buffer.from('i-x\ni-y\n')}

describe('parseTargets', () => {
  it.each([
    {name: 'ids', flags: {instance: ['i-a']}, selector: {kind: 'ids', instanceIds: ['i-a']}},
    {
      name: 'comma lists',
      flags: {instance: ['i-a,i-b', 'mi-c']},
      selector: {kind: 'ids', instanceIds: ['i-a', 'i-b', 'mi-c']},
    },
    {
      name: 'an id that is given twice as one',
      flags: {instance: ['i-a,i-b', 'i-a']},
      selector: {kind: 'ids', instanceIds: ['i-a', 'i-b']},
    },
    {name: 'a file', flags: {instance: [`@${list}`]}, selector: {kind: 'ids', instanceIds: ['i-a', 'i-b', 'i-c']}},
    {name: 'standard input', flags: {instance: ['-']}, selector: {kind: 'ids', instanceIds: ['i-x', 'i-y']}},
    {name: 'all', flags: {all: true}, selector: {kind: 'online'}},
    {name: 'nothing', flags: {}, selector: {kind: 'here'}},
    {
      name: 'tag, name and group together',
      flags: {tag: ['env=prod'], name: 'web-*', 'resource-group': 'rg-1'},
      selector: {kind: 'match', name: 'web-*', tags: {env: 'prod'}, resourceGroupId: 'rg-1'},
    },
  ])('reads $name', async ({flags, selector}) => {
    expect(await parseTargets(stdin, flags)).toEqual(selector)
  })

  it.each([
    {name: 'an id with a blank', flags: {instance: ['i-a b']}, says: 'given: "i-a b"'},
    {name: 'an id with a line break', flags: {instance: ['i-a\n']}, says: 'given: "i-a\\n"'},
    {name: 'an empty list entry', flags: {instance: ['i-a,']}, says: 'given: ""'},
    {name: 'a missing file', flags: {instance: ['@/no/such']}, says: '"/no/such" cannot be read: it does not exist'},
    {name: 'two ways at once', flags: {instance: ['i-a'], all: true}, says: 'in one way; given: --instance and --all'},
  ])('refuses $name', async ({flags, says}) => {
    await expect(parseTargets(stdin, flags)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(says),
    })
  })
})

const managed = (id: string, name: string, more: object = {}) => ({
  InstanceId: id,
  InstanceName: name,
  Connected: true,
  OsType: 'linux',
  ...more,
})
const instance = (id: string, name: string, more: object = {}) => ({
  InstanceId: id,
  InstanceName: name,
  Status: 'Running',
  OSType: 'linux',
  ...more,
})
const shell = {localInstanceId: undefined, type: 'RunShellScript'} as const
const match = {kind: 'match', name: undefined, tags: undefined, resourceGroupId: undefined} as const

describe('resolveTargets', () => {
  it('unites managed and ECS instances by name, across pages', async () => {
    const ecs = scriptedEcs([
      {action: 'DescribeManagedInstances', answer: {Instances: [managed('mi-2', 'web-2')], NextToken: 'more'}},
      {
        action: 'DescribeManagedInstances',
        with: {NextToken: 'more'},
        answer: {Instances: [managed('mi-1', 'web-1'), managed('mi-3', 'db')]},
      },
      {
        action: 'DescribeInstances',
        with: {InstanceName: 'web-*'},
        answer: {Instances: {Instance: [instance('i-9', 'web-9')]}},
      },
    ])
    expect(await resolveTargets(ecs, {...match, name: 'web-*'}, shell)).toEqual({
      targets: [
        {instanceId: 'i-9', name: 'web-9'},
        {instanceId: 'mi-1', name: 'web-1'},
        {instanceId: 'mi-2', name: 'web-2'},
      ],
      unfit: [],
    })
    ecs.verify()
  })

  it('sets aside what the service would refuse the whole call for', async () => {
    const ecs = scriptedEcs([
      {
        action: 'DescribeManagedInstances',
        with: {Tag: [{Key: 'env', Value: 'prod'}]},
        answer: {Instances: [managed('mi-w', 'win', {OsType: 'windows'})]},
      },
      {
        action: 'DescribeInstances',
        answer: {Instances: {Instance: [instance('i-1', 'a'), instance('i-2', 'b', {Status: 'Stopped'})]}},
      },
    ])
    const resolved = await resolveTargets(ecs, {...match, tags: {env: 'prod'}}, shell)
    expect(resolved.targets).toEqual([{instanceId: 'i-1', name: 'a'}])
    expect(resolved.unfit).toMatchObject([
      {instanceId: 'i-2', errorCode: 'InstanceNotRunning'},
      {instanceId: 'mi-w', errorCode: 'CommandNotApplicable'},
    ])
  })

  it('leaves it to the agent what runs on a system that nobody knows', async () => {
    const ecs = scriptedEcs([
      {action: 'DescribeManagedInstances', answer: {Instances: [managed('mi-1', 'a', {OsType: 'unknown'})]}},
      {action: 'DescribeInstances', answer: {Instances: {Instance: []}}},
    ])
    const bat = {...shell, type: 'RunBatScript'} as const
    expect((await resolveTargets(ecs, match, bat)).targets).toEqual([{instanceId: 'mi-1', name: 'a'}])
  })

  it('asks a managed instance that is offline anyway, also where a service lists it as a stopped ECS one', async () => {
    const ecs = scriptedEcs([
      {action: 'DescribeManagedInstances', answer: {Instances: [managed('mi-1', 'a', {Connected: false})]}},
      {action: 'DescribeInstances', answer: {Instances: {Instance: [instance('mi-1', 'a', {Status: 'Stopped'})]}}},
    ])
    expect(await resolveTargets(ecs, match, shell)).toEqual({targets: [{instanceId: 'mi-1', name: 'a'}], unfit: []})
  })

  it('takes whoever is online for --all', async () => {
    const ecs = scriptedEcs([
      {action: 'DescribeManagedInstances', with: {Connected: true}, answer: {Instances: [managed('mi-1', 'a')]}},
      {
        action: 'DescribeCloudAssistantStatus',
        answer: {
          InstanceCloudAssistantStatusSet: {
            InstanceCloudAssistantStatus: [
              {InstanceId: 'i-1', CloudAssistantStatus: 'true', OSType: 'Linux'},
              {InstanceId: 'i-2', CloudAssistantStatus: 'false', OSType: 'Linux'},
              {InstanceId: 'mi-1', CloudAssistantStatus: 'true', OSType: 'Linux'},
            ],
          },
        },
      },
    ])
    expect((await resolveTargets(ecs, {kind: 'online'}, shell)).targets).toEqual([
      {instanceId: 'i-1', name: ''},
      {instanceId: 'mi-1', name: 'a'},
    ])
  })

  it('does without the kind of instance that a service does not know', async () => {
    const ecs = scriptedEcs([
      {action: 'DescribeManagedInstances', answer: ecsError('RegionId.ApiNotSupported', 400)},
      {action: 'DescribeInstances', answer: {Instances: {Instance: [instance('i-1', 'a')]}}},
    ])
    expect((await resolveTargets(ecs, match, shell)).targets).toHaveLength(1)
  })

  it('does not take a missing permission for an empty list', async () => {
    const ecs = scriptedEcs([
      {action: 'DescribeManagedInstances', answer: ecsError('Forbidden.RAM', 403)},
      {action: 'DescribeInstances', answer: {}},
    ])
    await expect(resolveTargets(ecs, match, shell)).rejects.toMatchObject({ecsCode: 'Forbidden.RAM'})
  })

  it('says what matched nothing, with exit code 123', async () => {
    const ecs = scriptedEcs([
      {action: 'DescribeManagedInstances', answer: {}},
      {action: 'DescribeInstances', answer: {}},
    ])
    await expect(resolveTargets(ecs, {...match, name: 'wbe-*'}, shell)).rejects.toMatchObject({
      code: 'neverRan',
      message: 'no instance matches --name "wbe-*"',
    })
  })

  it('takes a name where ids are taken, when one instance alone has it', async () => {
    const found = (...instances: Array<ReturnType<typeof managed>>) => [
      {action: 'DescribeManagedInstances', answer: {Instances: instances}},
      {action: 'DescribeInstances', with: {InstanceName: 'vm'}, answer: {}},
    ]
    const ids = {kind: 'ids', instanceIds: ['vm', 'mi-9']} as const
    expect(
      (
        await resolveTargets(
          scriptedEcs(found(managed('mi-1', 'vm'))),
          {...ids, instanceIds: [...ids.instanceIds]},
          shell,
        )
      ).targets,
    ).toEqual([
      {instanceId: 'mi-1', name: 'vm'},
      {instanceId: 'mi-9', name: ''},
    ])
    // Old ids look like anything, so a word that nobody has as a name goes out as it is.
    const none = await resolveTargets(scriptedEcs(found()), {kind: 'ids', instanceIds: ['vm']}, shell)
    expect(none.targets).toEqual([{instanceId: 'vm', name: ''}])
    const two = scriptedEcs(found(managed('mi-1', 'vm'), managed('mi-2', 'vm')))
    await expect(resolveTargets(two, {kind: 'ids', instanceIds: ['vm']}, shell)).rejects.toThrow(
      '2 instances are named "vm"',
    )
  })

  it('falls back to this machine, and asks for a target where there is none', async () => {
    const ecs = scriptedEcs([])
    expect(await resolveTargets(ecs, {kind: 'here'}, {...shell, localInstanceId: 'i-local-1'})).toEqual({
      targets: [{instanceId: 'i-local-1', name: ''}],
      unfit: [],
    })
    await expect(resolveTargets(ecs, {kind: 'here'}, shell)).rejects.toMatchObject({
      code: 'usage',
      message: 'no target is given',
    })
  })
})

describe('matchesGlob', () => {
  it.each([
    ['web-1', 'web-*', true],
    ['web-1', 'web-?', true],
    ['web-12', 'web-?', false],
    ['my-web-1', 'web-*', false],
    ['a.b', 'a.b', true],
    ['axb', 'a.b', false],
    ['汉字', '?字', true],
    ['a[1]', 'a[1]', true],
  ])('%s and %s: %s', (name, glob, fits) => {
    expect(matchesGlob(name, glob)).toBe(fits)
  })
})
