import {generateKeyPairSync} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {
  addActivation,
  addAgent,
  addInvocation,
  type Face,
  KEYS,
  newKey,
  openFace,
  post,
  registration,
  roundsOf,
  START_MS,
  stateOf,
} from '../../../support/agent-face.ts'

async function instances(face: Face) {
  return face.deps.db.read.selectFrom('instances').selectAll().orderBy('name').execute()
}

async function register(face: Face, activationId: string, change: Record<string, unknown> = {}, source = '127.0.0.1') {
  const response = await post(face, AGENT_PATHS.register, registration(activationId, KEYS[0], change), source)
  return {
    status: response.status,
    body: (await response.json()) as {code: number; instanceId?: string; message?: string},
  }
}

const pem = (text: string): string => Buffer.from(text).toString('base64')
const EC = generateKeyPairSync('ec', {namedCurve: 'P-256'}).publicKey.export({type: 'spki', format: 'pem'}).toString()
const PRIVATE = KEYS[0].privateKey.export({type: 'pkcs8', format: 'pem'}).toString()

describe('a registration', () => {
  it('slows and records the guessing of a code, for that activation and from there only', async () => {
    const face = await openFace()
    const activationId = await addActivation(face)
    const guess = (source = '192.0.2.1', id = activationId): Promise<Response> =>
      post(face, AGENT_PATHS.register, registration(id, KEYS[0], {activationCode: 'a-guess'}), source)
    for (let i = 0; i < 30; i += 1) expect((await guess()).status).toBe(403)
    const slowed = await guess()
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '2'])
    const good = registration(activationId, KEYS[0])
    expect((await post(face, AGENT_PATHS.register, good, '192.0.2.1')).status).toBe(429)
    expect((await post(face, AGENT_PATHS.register, good, '192.0.2.2')).status).toBe(200)
    const rows = await face.deps.db.read
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'Refused.Activation')
      .execute()
    expect(rows.map(({caller, source, result}) => [caller, source, result])).toEqual([
      [activationId, '192.0.2.1', '403'],
      [activationId, '192.0.2.1', '403 (slowed down)'],
    ])
    expect(JSON.stringify(rows)).not.toContain('a-guess')
  })

  it('tells agents of ours alone what the instance is called', async () => {
    const face = await openFace()
    const activationId = await addActivation(face)
    const {body} = await register(face, activationId, {instanceName: 'web', assistSignature: true})
    expect(body).toMatchObject({code: 200, instanceName: 'web'})
    expect((await register(face, activationId, {instanceName: 'db'})).body).not.toHaveProperty('instanceName')
  })

  it('makes an instance with everything it says, its own tags and those of the activation', async () => {
    const face = await openFace()
    const activationId = await addActivation(face)
    await face.deps.db.write((tx) =>
      tx
        .insertInto('tags')
        .values(
          [
            ['env', 'prod'],
            ['k1', 'from the code'],
          ].map(([tag_key = '', tag_value = '']) => ({
            account_id: 'account-1',
            resource_type: 'activation' as const,
            resource_id: activationId,
            tag_key,
            tag_value,
          })),
        )
        .execute(),
    )
    const {body} = await register(
      face,
      activationId,
      {
        intranetIp: '<nil>',
        osVersion: 'Linux_#1 SMP_x86_64\n',
        tag: [
          {key: 'k1', value: 'v1'},
          {key: 'own', value: ''},
        ],
      },
      '::ffff:10.1.2.3',
    )
    expect(body).toEqual({code: 200, instanceId: expect.stringMatching(/^mi-/), assist: true})
    expect(await instances(face)).toEqual([
      {
        instance_id: body.instanceId,
        account_id: 'account-1',
        region_id: 'cn-test',
        name: 'vm1',
        activation_id: activationId,
        machine_id: '3d12',
        public_key: KEYS[0].pem,
        strong: 0,
        hostname: 'vm',
        intranet_ip: '',
        internet_ip: '10.1.2.3',
        os_type: 'linux',
        os_version: 'Linux_#1 SMP_x86_64',
        agent_version: '2.2.3.578',
        slots: 10,
        resource_group_id: '',
        invocation_count: 0,
        last_invoked_at_ms: 0,
        last_seen_at_ms: 0,
        registered_at_ms: START_MS,
        deregistered_at_ms: 0,
      },
    ])
    const tags = await face.deps.db.read
      .selectFrom('tags')
      .select(['tag_key', 'tag_value'])
      .where('resource_type', '=', 'managedinstance')
      .orderBy('tag_key')
      .execute()
    expect(tags).toEqual([
      {tag_key: 'env', tag_value: 'prod'},
      {tag_key: 'k1', tag_value: 'from the code'},
      {tag_key: 'own', tag_value: ''},
    ])
    const audit = await face.deps.db.read.selectFrom('audit').selectAll().execute()
    expect(audit).toMatchObject([{action: 'Agent.Register', caller: activationId, source: '10.1.2.3'}])
  })

  it.each<{
    name: string
    activation: Record<string, string | number>
    change: Record<string, unknown>
    names: string[]
  }>([
    {
      name: 'after the activation, numbered',
      activation: {instance_name: 'web'},
      change: {},
      names: ['web-001', 'web-002'],
    },
    {
      name: 'with the digits the count needs',
      activation: {instance_name: 'web', instance_count: 1000},
      change: {},
      names: ['web-0001', 'web-0002'],
    },
    {name: 'as the agent says', activation: {}, change: {}, names: ['vm1', 'vm1']},
    {name: 'after its host', activation: {}, change: {instanceName: ''}, names: ['vm', 'vm']},
  ])('is named $name', async ({activation, change, names}) => {
    const face = await openFace()
    const activationId = await addActivation(face, activation)
    await register(face, activationId, change)
    await register(face, activationId, change)
    expect((await instances(face)).map(({name}) => name)).toEqual(names)
  })

  it('gets the ids that the activation gives out', async () => {
    const face = await openFace()
    const {body} = await register(face, await addActivation(face, {id_prefix: 'i-local-'}))
    expect(body.instanceId).toMatch(/^i-local-[a-z2-7]{20}$/)
  })

  it('of a machine known already makes another instance: old runs stay with the old one (S4)', async () => {
    const face = await openFace()
    const activationId = await addActivation(face)
    const [first, second] = [
      await register(face, activationId),
      await register(face, activationId, {publicKey: pem(KEYS[1].pem)}),
    ]
    expect(first.body.instanceId).not.toBe(second.body.instanceId)
    expect((await instances(face)).map(({public_key}) => public_key).sort()).toEqual(KEYS.map((key) => key.pem).sort())
  })

  it.each<{
    name: string
    activation?: Record<string, string | number>
    change?: Record<string, unknown>
    laterMs?: number
    source?: string
    says: RegExp
  }>([
    {name: 'an unknown activation', change: {activationId: 'none'}, says: /id or code is not valid/},
    {name: 'a wrong code', change: {activationCode: 'a-wrong'}, says: /id or code is not valid/},
    {name: 'a deleted activation', activation: {deleted: 1}, says: /id or code is not valid/},
    {name: 'a disabled activation', activation: {disabled: 1}, says: /disabled/},
    {name: 'an expired code', laterMs: 4 * 3_600_000, says: /expired/},
    {name: 'a used-up code', activation: {instance_count: 2, registered_count: 2}, says: /was used 2 times/},
    {
      name: 'an address outside the range',
      activation: {ip_address_range: '10.0.0.0/8'},
      source: '11.0.0.1',
      says: /not for this address/,
    },
    {
      name: 'an address outside a v6 range',
      activation: {ip_address_range: 'fd00::/8'},
      source: '10.0.0.1',
      says: /not for this address/,
    },
    {
      name: 'any address when the range is unreadable',
      activation: {ip_address_range: '10.0.0.0/99'},
      source: '10.0.0.1',
      says: /not for this address/,
    },
  ])('is refused with 403 for $name (B32)', async ({activation, change, laterMs = 0, source, says}) => {
    const face = await openFace()
    const activationId = await addActivation(face, activation)
    face.clock.nowMs += laterMs
    const {status, body} = await register(face, activationId, change, source)
    expect([status, body.code, body.instanceId]).toEqual([403, 403, undefined])
    expect(body.message).toMatch(says)
    expect(await instances(face)).toEqual([])
  })

  it.each([
    ['10.0.0.0/8', '10.255.0.1'],
    ['10.0.0.0/8', '::ffff:10.0.0.1'],
    ['192.168.1.1', '192.168.1.1'],
    ['fd00::/8', 'fd12::1'],
    ['10.0.0.0/8, 192.168.1.1', '192.168.1.1'],
  ])('is taken in the range %s from %s', async (range, source) => {
    const face = await openFace()
    expect((await register(face, await addActivation(face, {ip_address_range: range}), {}, source)).status).toBe(200)
  })

  it.each<[field: string, name: string, change: Record<string, unknown>]>([
    ['publicKey', 'not a key', {publicKey: pem('hello')}],
    ['publicKey', 'not Base64', {publicKey: '%%%'}],
    ['publicKey', 'a key of 1024 bits', {publicKey: pem(newKey(1024).pem)}],
    ['publicKey', 'a key of another kind', {publicKey: pem(EC)}],
    ['publicKey', 'a private key', {publicKey: pem(PRIVATE)}],
    ['publicKey', 'a truncated key', {publicKey: pem(KEYS[0].pem.slice(0, 200))}],
    ['hostname', 'too long', {hostname: 'h'.repeat(256)}],
    ['hostname', 'an order to a terminal', {hostname: '\x1b]52;c;eA==\x07'}],
    ['hostname', 'written backwards', {hostname: 'web\u202e1'}],
    ['instanceName', 'of two lines', {instanceName: 'a\nb'}],
    ['osVersion', 'an order to a terminal', {osVersion: 'Linux\x9b2J'}],
    ['machineId', 'an order to a terminal', {machineId: 'm\x1b[2J'}],
    ['instanceName', 'too long', {instanceName: 'h'.repeat(129)}],
    ['machineId', 'missing', {machineId: undefined}],
    ['machineId', 'a number', {machineId: 5}],
    ['activationCode', 'empty', {activationCode: ''}],
    ['tag', 'in the name of the service', {tag: [{key: 'acs:instanceId', value: 'mi-1'}]}],
    ['tag', 'in the name of the service, in capitals', {tag: [{key: 'Aliyun', value: ''}]}],
    [
      'tag',
      'twice',
      {
        tag: [
          {key: 'a', value: '1'},
          {key: 'a', value: '2'},
        ],
      },
    ],
    ['tag', 'too many', {tag: Array.from({length: 21}, (_, index) => ({key: `k${index}`, value: ''}))}],
    ['tag', 'not an object', {tag: ['a=b']}],
    ['tag', 'an order to a terminal', {tag: [{key: 'a', value: '\x1b[2J'}]}],
  ])('is refused with 400 for a %s that is %s (B32)', async (field, _name, change) => {
    const face = await openFace()
    const activationId = await addActivation(face)
    const {status, body} = await register(face, activationId, change)
    expect([status, body.code]).toEqual([400, 400])
    expect(body.message).toMatch(new RegExp(`^${field}`))
    const row = await face.deps.db.read.selectFrom('activations').select('registered_count').executeTakeFirstOrThrow()
    expect(row.registered_count).toBe(0)
  })

  it('is refused when it is no JSON, or a megabyte', async () => {
    const face = await openFace()
    expect((await post(face, AGENT_PATHS.register, 'not json')).status).toBe(400)
    expect((await post(face, AGENT_PATHS.register, '[]')).status).toBe(400)
    expect((await post(face, AGENT_PATHS.register, {hostname: 'h'.repeat(1024 * 1024)})).status).toBe(413)
  })

  it('gives out exactly as many as it may, when all come at once', async () => {
    const face = await openFace()
    const activationId = await addActivation(face, {instance_count: 3})
    const answers = await Promise.all(Array.from({length: 8}, () => register(face, activationId)))
    expect(answers.map(({status}) => status).sort()).toEqual([200, 200, 200, 403, 403, 403, 403, 403])
    expect(await instances(face)).toHaveLength(3)
  })
})

describe('a deregistration', () => {
  it('ends what the instance had to do, keeps its results and counts', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const closed: number[] = []
    face.deps.kicker.connected(agent.instanceId, {
      send: () => {},
      close: (code) => closed.push(code),
      answers: async () => false,
    })
    const running = await addInvocation(face, [agent.instanceId])
    const waiting = await addInvocation(face, [agent.instanceId], {repeat_mode: 'Period', frequency: 'rate(60s)'})
    await agent.fetchList()
    await agent.report('running', {taskId: running, start: START_MS}, 'so far')
    expect((await agent.send('POST', AGENT_PATHS.deregister)).status).toBe(200)
    expect(await stateOf(face, running, agent.instanceId)).toBe('Interrupted')
    expect(await stateOf(face, waiting, agent.instanceId)).toBe('Cancelled')
    expect(await roundsOf(face, running)).toMatchObject([
      {state: 'Interrupted', text: 'so far', error_code: 'InstanceDeregistered'},
    ])
    expect(await instances(face)).toMatchObject([{instance_id: agent.instanceId, deregistered_at_ms: START_MS}])
    const row = await face.deps.db.read.selectFrom('activations').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({registered_count: 1, deregistered_count: 1})
    expect(closed).toEqual([4403])
  })
})
