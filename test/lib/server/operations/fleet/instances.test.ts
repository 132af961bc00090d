import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {ParameterValue} from '../../../../../src/lib/protocol/ecs/parameters/flatten.ts'
import {sha256Hex} from '../../../../../src/lib/protocol/ecs/signature.ts'
import type {Parameters} from '../../../../support/rpc-client.ts'
import {type Body, startTestServer, type TestServer} from '../../../../support/rpc-server.ts'

describe('activations', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('are made with a code that is shown once and stored as a hash', async () => {
    const made = await server.ok('CreateActivation', {
      Description: 'build farm',
      InstanceName: 'farm',
      InstanceCount: 100,
      TimeToLiveInHours: 1,
      IpAddressRange: '10.0.0.0/8,2001:db8::1',
      ResourceGroupId: 'rg-1',
      Tag: [{Key: 'role', Value: 'build'}],
    })
    expect(made.ActivationId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(made.ActivationCode).toMatch(/^a-[A-Za-z0-9]{30}$/)
    const row = await server.deps.db.read.selectFrom('activations').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({code_hash: sha256Hex(made.ActivationCode), id_prefix: 'mi-'})
    expect(JSON.stringify(await server.deps.db.read.selectFrom('audit').selectAll().execute())).not.toContain(
      made.ActivationCode,
    )
    const listed = await server.ok('DescribeActivations', {ActivationId: made.ActivationId})
    expect(listed).toMatchObject({TotalCount: 1, PageNumber: 1, PageSize: 10})
    expect(listed.ActivationList).toEqual([
      {
        ActivationId: made.ActivationId,
        CreationTime: '2026-01-02T03:04:05Z',
        Description: 'build farm',
        Disabled: false,
        InstanceCount: 100,
        InstanceName: 'farm',
        IpAddressRange: '10.0.0.0/8,2001:db8::1',
        RegisteredCount: 0,
        DeregisteredCount: 0,
        ResourceGroupId: 'rg-1',
        TimeToLiveInHours: 1,
        Tags: [{TagKey: 'role', TagValue: 'build'}],
      },
    ])
  })

  it('repeat their code to the same client token, and keep it sealed', async () => {
    const first = await server.ok('CreateActivation', {ClientToken: 'twice'})
    const second = await server.ok('CreateActivation', {ClientToken: 'twice'})
    expect([second.ActivationId, second.ActivationCode]).toEqual([first.ActivationId, first.ActivationCode])
    const tokens = await server.deps.db.read.selectFrom('client_tokens').selectAll().execute()
    expect(JSON.stringify(tokens)).not.toContain(first.ActivationCode)
  })

  it.each<{name: string; parameters: Parameters; code: string}>([
    {
      name: 'a description of 101 characters',
      parameters: {Description: 'x'.repeat(101)},
      code: 'ActivationDesc.ExceedLimit',
    },
    {name: 'no instances', parameters: {InstanceCount: 0}, code: 'ActivationLimitation.Invalid'},
    {name: '1001 instances', parameters: {InstanceCount: 1001}, code: 'ActivationLimitation.Invalid'},
    {name: '0 hours', parameters: {TimeToLiveInHours: 0}, code: 'ActivationTTL.ExceedLimit'},
    {name: '5 hours', parameters: {TimeToLiveInHours: 5}, code: 'ActivationTTL.ExceedLimit'},
    {name: 'a name of 51 characters', parameters: {InstanceName: 'x'.repeat(51)}, code: 'InstanceName.ExceedLimit'},
    {name: 'a name of one character', parameters: {InstanceName: 'x'}, code: 'InstanceName.InvalidPattern'},
    {name: 'a name beginning with a digit', parameters: {InstanceName: '1x'}, code: 'InstanceName.InvalidPattern'},
    {name: 'a name with a blank', parameters: {InstanceName: 'a b'}, code: 'InstanceName.InvalidPattern'},
    {name: 'a URL as a name', parameters: {InstanceName: 'https://a'}, code: 'InstanceName.InvalidPattern'},
    {name: 'a range that is none', parameters: {IpAddressRange: '10.0.0.300'}, code: 'AddressRange.InvalidPattern'},
    {
      name: 'a prefix that is too long',
      parameters: {IpAddressRange: '10.0.0.0/33'},
      code: 'AddressRange.InvalidPattern',
    },
    {
      name: 'a range with something behind it',
      parameters: {IpAddressRange: '10.0.0.0/8/8'},
      code: 'AddressRange.InvalidPattern',
    },
    {name: 'a tag twice', parameters: {Tag: [{Key: 'a'}, {Key: 'a'}]}, code: 'Duplicate.TagKey'},
  ])('cannot be made with $name', async ({parameters, code}) => {
    expect(await server.call('CreateActivation', parameters)).toMatchObject({status: 400, body: {Code: code}})
  })

  it('can be disabled, and deleted while nothing is registered with them', async () => {
    const {ActivationId} = await server.ok('CreateActivation', {InstanceName: 'short'})
    const disabled = await server.ok('DisableActivation', {ActivationId})
    expect(disabled.Activation).toMatchObject({ActivationId, Disabled: true, InstanceCount: 10, TimeToLiveInHours: 4})
    const byPrefix = await server.ok('DescribeActivations', {InstanceName: 'sho'})
    expect(byPrefix.ActivationList).toMatchObject([{ActivationId, Disabled: true}])
    await server.deps.db.write((tx) =>
      tx.updateTable('activations').set({registered_count: 1}).where('activation_id', '=', ActivationId).execute(),
    )
    expect(await server.call('DeleteActivation', {ActivationId})).toMatchObject({
      status: 403,
      body: {Code: 'ActivationId.InUse'},
    })
    await server.deps.db.write((tx) =>
      tx.updateTable('activations').set({registered_count: 0}).where('activation_id', '=', ActivationId).execute(),
    )
    expect((await server.ok('DeleteActivation', {ActivationId})).Activation.ActivationId).toBe(ActivationId)
    for (const action of ['DisableActivation', 'DeleteActivation']) {
      expect(await server.call(action, {ActivationId})).toMatchObject({
        status: 404,
        body: {Code: 'ActivationId.NotFound'},
      })
      expect(await server.call(action, {})).toMatchObject({status: 400, body: {Code: 'MissingParameter.ActivationId'}})
    }
    expect((await server.ok('DescribeActivations', {ActivationId})).ActivationList).toEqual([])
  })

  it('are at most ten in force per region; disabled, expired and used up ones do not count', async () => {
    const own = await startTestServer()
    const made: string[] = []
    for (let i = 0; i < 10; i += 1)
      made.push((await own.ok('CreateActivation', {TimeToLiveInHours: i === 0 ? 1 : 4})).ActivationId)
    expect(await own.call('CreateActivation')).toMatchObject({status: 400, body: {Code: 'ActivationCount.ExceedLimit'}})
    await own.ok('CreateActivation', {RegionId: 'cn-beijing'})
    await own.ok('DisableActivation', {ActivationId: made[1] ?? ''})
    await own.ok('CreateActivation')
    own.clock.nowMs += 3_600_000
    await own.ok('CreateActivation')
    expect((await own.call('CreateActivation')).body.Code).toBe('ActivationCount.ExceedLimit')
    await own.deps.db.write((tx) =>
      tx
        .updateTable('activations')
        .set({registered_count: 10})
        .where('activation_id', '=', made[2] ?? '')
        .execute(),
    )
    await own.ok('CreateActivation')
    const page = await own.ok('DescribeActivations', {MaxResults: 7})
    const rest = await own.ok('DescribeActivations', {MaxResults: 7, NextToken: page.NextToken})
    expect([page.ActivationList.length, rest.ActivationList.length, rest.NextToken]).toEqual([7, 6, ''])
    await own.close()
  })

  it('stay within the account', async () => {
    const {ActivationId} = await server.ok('CreateActivation')
    const key = await server.addKey('2000')
    expect((await server.ok('DescribeActivations', {}, {key})).ActivationList).toEqual([])
    expect((await server.call('DisableActivation', {ActivationId}, {key})).body.Code).toBe('ActivationId.NotFound')
  })
})

describe('instances', () => {
  let server: TestServer
  const connected = new Set<string>()
  beforeAll(async () => {
    server = await startTestServer()
    server.deps.kicker.isConnected = (id) => connected.has(id)
    const {nowMs} = server.clock
    await server.addInstance('mi-new', {
      name: 'web-001',
      registered_at_ms: nowMs + 2,
      machine_id: 'm-1',
      activation_id: 'act-1',
    })
    await server.addInstance('mi-quiet', {
      name: 'web-002',
      registered_at_ms: nowMs + 1,
      last_seen_at_ms: nowMs - 120_001,
      os_type: 'windows',
      intranet_ip: '10.0.0.2',
    })
    await server.addInstance('mi-held', {
      name: 'db',
      registered_at_ms: nowMs,
      last_seen_at_ms: 0,
      internet_ip: '203.0.113.9',
      intranet_ip: '',
    })
    await server.addInstance('mi-gone', {deregistered_at_ms: 1})
    await server.addInstance('mi-foreign', {account_id: '2000'})
    connected.add('mi-held')
    await server.deps.db.write((tx) =>
      tx
        .insertInto('tags')
        .values({
          account_id: '1000',
          resource_type: 'managedinstance',
          resource_id: 'mi-new',
          tag_key: 'role',
          tag_value: 'web',
        })
        .execute(),
    )
  })
  afterAll(() => server.close())

  it('are described with what their agents told', async () => {
    const {Instances, TotalCount} = await server.ok('DescribeManagedInstances', {InstanceId: ['mi-new']})
    expect(TotalCount).toBe(1)
    expect(Instances).toEqual([
      {
        InstanceId: 'mi-new',
        InstanceName: 'web-001',
        ActivationId: 'act-1',
        MachineId: 'm-1',
        Hostname: 'host-mi-new',
        IntranetIp: '10.0.0.1',
        InternetIp: '198.51.100.1',
        OsType: 'linux',
        OsVersion: 'Debian 12',
        AgentVersion: '2.2.3.999',
        InvocationCount: 3,
        LastInvokedTime: '',
        RegistrationTime: '2026-01-02T03:04:05Z',
        ResourceGroupId: '',
        Connected: true,
        Tags: [{TagKey: 'role', TagValue: 'web'}],
      },
    ])
  })

  it.each<{name: string; parameters: Parameters; found: string[]}>([
    {name: 'nothing', parameters: {}, found: ['mi-new', 'mi-quiet', 'mi-held']},
    {
      name: 'being connected, or heard of within two minutes',
      parameters: {Connected: 'true'},
      found: ['mi-new', 'mi-held'],
    },
    {name: 'being neither', parameters: {Connected: 'false'}, found: ['mi-quiet']},
    {name: 'name', parameters: {InstanceName: 'web-*'}, found: ['mi-new', 'mi-quiet']},
    {name: 'private address', parameters: {InstanceIp: '10.0.0.2'}, found: ['mi-quiet']},
    {name: 'public address', parameters: {InstanceIp: '203.0.113.9'}, found: ['mi-held']},
    {name: 'system, whatever its case', parameters: {OsType: 'Windows'}, found: ['mi-quiet']},
    {name: 'activation', parameters: {ActivationId: 'act-1'}, found: ['mi-new']},
    {name: 'machine', parameters: {MachineId: 'm-1'}, found: ['mi-new']},
    {name: 'tag', parameters: {Tag: [{Key: 'role', Value: 'web'}]}, found: ['mi-new']},
    {
      name: 'id, without what is gone or foreign',
      parameters: {InstanceId: ['mi-held', 'mi-gone', 'mi-foreign']},
      found: ['mi-held'],
    },
  ])('are listed newest first, filtered by $name', async ({parameters, found}) => {
    const {Instances, TotalCount} = await server.ok('DescribeManagedInstances', parameters)
    expect(Instances.map((row: Body) => row.InstanceId)).toEqual(found)
    expect(TotalCount).toBe(found.length)
    const paged: string[] = []
    let NextToken: string | undefined
    do {
      const page = await server.ok('DescribeManagedInstances', {...parameters, MaxResults: 1, NextToken})
      paged.push(...page.Instances.map((row: Body) => row.InstanceId))
      NextToken = page.NextToken
    } while (NextToken)
    expect(paged).toEqual(found)
  })

  it.each<{name: string; parameters: Parameters; found: string[]}>([
    {name: 'nothing', parameters: {}, found: ['mi-new', 'mi-quiet', 'mi-held']},
    {
      name: 'ids in a JSON array',
      parameters: {InstanceIds: '["mi-held","mi-new","mi-x"]'},
      found: ['mi-new', 'mi-held'],
    },
    {name: 'an empty array', parameters: {InstanceIds: '[]'}, found: []},
    {name: 'name', parameters: {InstanceName: '*b*'}, found: ['mi-new', 'mi-quiet', 'mi-held']},
    {name: 'Running', parameters: {Status: 'Running'}, found: ['mi-new', 'mi-held']},
    {name: 'Stopped', parameters: {Status: 'Stopped'}, found: ['mi-quiet']},
    {name: 'Starting, which never lasts', parameters: {Status: 'Starting'}, found: []},
    {name: 'addresses', parameters: {PrivateIpAddresses: '["10.0.0.2"]'}, found: ['mi-quiet']},
    {name: 'tag', parameters: {Tag: [{Key: 'role'}]}, found: ['mi-new']},
  ])('are found as ECS instances, filtered by $name', async ({parameters, found}) => {
    const {Instances} = await server.ok('DescribeInstances', parameters)
    expect(Instances.Instance.map((row: Body) => row.InstanceId)).toEqual(found)
  })

  // Every filter of the documentation, but those by what our instances have.
  it.each<{name: string; value: ParameterValue}>([
    ...[
      'DeviceAvailable HpcClusterId HttpEndpoint HttpPutResponseHopLimit HttpTokens ImageId InstanceChargeType InstanceType',
      'InstanceTypeFamily InternetChargeType IoOptimized KeyPairName LockReason SecurityGroupId SpotStrategy VSwitchId VpcId ZoneId',
    ].flatMap((names) => names.split(' ').map((name) => ({name, value: 'x'}))),
    {name: 'EipAddresses', value: '["192.0.2.1"]'},
    {name: 'InnerIpAddresses', value: '["192.0.2.1"]'},
    {name: 'Ipv6Address', value: ['::1']},
    {name: 'RdmaIpAddresses', value: ['192.0.2.1']},
    {name: 'Filter', value: [{Key: 'CreationStartTime', Value: '2026-01-01T00:00Z'}]},
    {name: 'InstanceNetworkType', value: 'classic'},
  ])('are none when filtered by $name, which none of them has', async ({name, value}) => {
    const {Instances, TotalCount} = await server.ok('DescribeInstances', {[name]: value})
    expect([Instances.Instance, TotalCount]).toEqual([[], 0])
    expect((await server.ok('DescribeInstances', {[name]: ''})).TotalCount).toBe(3)
  })

  it('are all in the network that they are shown in', async () => {
    expect((await server.ok('DescribeInstances', {InstanceNetworkType: 'vpc'})).TotalCount).toBe(3)
  })

  it('name the regions of a server that answers for any, each account its own', async () => {
    const own = await startTestServer()
    const regions = async (): Promise<string[]> =>
      (await own.ok('DescribeRegions')).Regions.Region.map((region: Body) => region.RegionId)
    expect(await regions()).toEqual(['local'])
    await own.addInstance('mi-a')
    await own.addInstance('mi-b', {account_id: '2000', region_id: 'cn-wulanchabu'})
    await own.ok('CreateActivation', {RegionId: 'cn-beijing'})
    expect(await regions()).toEqual(['cn-beijing', 'cn-hangzhou'])
    await own.close()
  })

  it('look like ECS instances', async () => {
    const {Instances} = await server.ok('DescribeInstances', {InstanceIds: '["mi-quiet"]'})
    expect(Instances.Instance[0]).toMatchObject({
      InstanceId: 'mi-quiet',
      InstanceName: 'web-002',
      HostName: 'host-mi-quiet',
      Status: 'Stopped',
      OSType: 'windows',
      RegionId: 'cn-hangzhou',
      CreationTime: '2026-01-02T03:04Z',
      PublicIpAddress: {IpAddress: ['198.51.100.1']},
      VpcAttributes: {PrivateIpAddress: {IpAddress: ['10.0.0.2']}},
      Tags: {Tag: []},
    })
  })

  it.each<{name: string; parameters: Parameters; code: string}>([
    {name: 'ids that are no JSON', parameters: {InstanceIds: 'mi-new'}, code: 'InvalidParameter.InstanceIds'},
    {name: 'ids that are no texts', parameters: {InstanceIds: '[1]'}, code: 'InvalidParameter.InstanceIds'},
    {
      name: '101 ids',
      parameters: {InstanceIds: JSON.stringify(Array.from({length: 101}, () => 'x'))},
      code: 'InvalidParameter.InstanceIds',
    },
    {name: 'an unknown status', parameters: {Status: 'Sleeping'}, code: 'InvalidParameter.Status'},
    {name: 'page 0', parameters: {PageNumber: 0}, code: 'InvalidParam.PageNumber'},
    {name: 'a dry run', parameters: {DryRun: true}, code: 'DryRunOperation'},
  ])('cannot be found with $name', async ({parameters, code}) => {
    expect(await server.call('DescribeInstances', parameters)).toMatchObject({status: 400, body: {Code: code}})
  })

  it.each([
    {given: 1, size: 10},
    {given: 1000, size: 100},
    {given: 50, size: 50},
  ])('are paged by $size where MaxResults is $given', async ({given, size}) => {
    const own = await startTestServer()
    for (let i = 0; i < 101; i += 1) await own.addInstance(`mi-${i}`)
    expect((await own.ok('DescribeInstances', {MaxResults: given})).Instances.Instance).toHaveLength(size)
    await own.close()
  })

  it('tell whether their agents are alive', async () => {
    await server.ok('RunCommand', {Type: 'RunShellScript', CommandContent: 'sleep 9', InstanceId: ['mi-new']})
    await server.deps.db.write((tx) => tx.updateTable('tasks').set({state: 'Running'}).execute())
    const all = await server.ok('DescribeCloudAssistantStatus', {
      InstanceId: ['mi-quiet', 'mi-new', 'mi-x'],
      MaxResults: 1,
    })
    expect(all.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus).toEqual([
      {
        InstanceId: 'mi-new',
        CloudAssistantStatus: 'true',
        CloudAssistantVersion: '2.2.3.999',
        OSType: 'Linux',
        ActiveTaskCount: 1,
        InvocationCount: 3,
        LastHeartbeatTime: '2026-01-02T03:04:05Z',
        LastInvokedTime: '',
        SupportSessionManager: false,
        KickChannel: 'Down',
      },
      {
        InstanceId: 'mi-quiet',
        CloudAssistantStatus: 'false',
        CloudAssistantVersion: '2.2.3.999',
        OSType: 'Windows',
        ActiveTaskCount: 0,
        InvocationCount: 3,
        LastHeartbeatTime: '2026-01-02T03:02:04Z',
        LastInvokedTime: '',
        SupportSessionManager: false,
        KickChannel: 'Down',
      },
    ])
    const {kicker} = server.deps
    server.deps.kicker = {...kicker, isConnected: (id) => id === 'mi-new'}
    const one = await server.ok('DescribeCloudAssistantStatus', {InstanceId: ['mi-new']})
    expect(one.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus).toMatchObject([{KickChannel: 'Up'}])
    server.deps.kicker = kicker
    const windows = await server.ok('DescribeCloudAssistantStatus', {OSType: 'Windows'})
    expect(windows).toMatchObject({TotalCount: 1, PageNumber: 1})
    const paged = await server.ok('DescribeCloudAssistantStatus', {MaxResults: 2})
    expect(paged.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus).toHaveLength(2)
    const many = Array.from({length: 101}, (_, i) => `mi-${i}`)
    expect(await server.call('DescribeCloudAssistantStatus', {InstanceId: many})).toMatchObject({
      status: 403,
      body: {Code: 'InstanceIds.ExceedLimit'},
    })
    expect(await server.call('DescribeManagedInstances', {InstanceId: many.slice(0, 51)})).toMatchObject({
      status: 403,
      body: {Code: 'InstanceIds.ExceedLimit'},
    })
  })

  it('get another name, and keep theirs when that is none', async () => {
    await server.addInstance('mi-named')
    const renamed = await server.ok('ModifyManagedInstance', {InstanceId: 'mi-named', InstanceName: 'web-1'})
    expect(renamed).toMatchObject({Instance: {InstanceId: 'mi-named', InstanceName: 'web-1'}})
    for (const [InstanceId, InstanceName, Code] of [
      ['mi-named', '1web', 'InstanceName.InvalidPattern'],
      ['mi-named', `w${'x'.repeat(128)}`, 'InstanceName.ExceedLimit'],
      ['mi-named', '', 'MissingParameter.InstanceName'],
      ['mi-foreign', 'web-2', 'InvalidInstance.NotFound'],
    ] as const) {
      expect((await server.call('ModifyManagedInstance', {InstanceId, InstanceName})).body.Code).toBe(Code)
    }
    const {Instances} = await server.ok('DescribeManagedInstances', {InstanceId: ['mi-named']})
    expect(Instances).toMatchObject([{InstanceName: 'web-1'}])
  })

  it('end what they had to do when they are deregistered', async () => {
    await server.addInstance('mi-leaving')
    const {InvokeId} = await server.ok('RunCommand', {
      Type: 'RunShellScript',
      CommandContent: 'sleep 9',
      InstanceId: ['mi-leaving'],
    })
    const {Instance} = await server.ok('DeregisterManagedInstance', {InstanceId: 'mi-leaving', ClientToken: 'leave'})
    expect(Instance).toMatchObject({InstanceId: 'mi-leaving', Hostname: 'host-mi-leaving'})
    expect(server.disconnected).toEqual(['mi-leaving'])
    const {Invocation} = await server.ok('DescribeInvocationResults', {InvokeId})
    expect(Invocation.InvocationResults.InvocationResult).toMatchObject([
      {InstanceId: 'mi-leaving', InvocationStatus: 'Cancelled', ErrorCode: 'InstanceDeregistered'},
    ])
    await server.ok('DeregisterManagedInstance', {InstanceId: 'mi-leaving', ClientToken: 'leave'})
    for (const InstanceId of ['mi-leaving', 'mi-foreign', 'mi-x']) {
      expect(await server.call('DeregisterManagedInstance', {InstanceId})).toMatchObject({
        status: 404,
        body: {Code: 'InvalidInstance.NotFound'},
      })
    }
  })
})
