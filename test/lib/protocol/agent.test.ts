import {generateKeyPairSync} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {decodeKick, encodeKick} from '../../../src/lib/protocol/agent/kick.ts'
import {decodeRegisterResponse} from '../../../src/lib/protocol/agent/register.ts'
import {decodeReport, encodeReport, type TaskReport, UnreadableReport} from '../../../src/lib/protocol/agent/reports.ts'
import {signOfficial, signStrong, verifyOfficial, verifyStrong} from '../../../src/lib/protocol/agent/signature.ts'
import {decodeUnserved} from '../../../src/lib/protocol/agent/unserved.ts'

describe('kicks', () => {
  it('never have exactly two words, which would deafen the official agent', () => {
    expect(encodeKick({kind: 'stop', taskId: 't-1'}).split(' ')).toHaveLength(4)
  })

  it.each([
    {text: 'kick_vm', is: {kind: 'fetch'}},
    {text: 'kick_vm task run t-1', is: {kind: 'fetch', taskId: 't-1'}},
    {text: 'kick_vm file create f-1', is: {kind: 'fetch', taskId: 'f-1'}},
    {text: 'kick_vm noop', is: {kind: 'noop'}},
    {text: 'kick_vm agent deregister', is: {kind: 'deregister'}},
    {text: 'kick_vm task', is: undefined},
    {text: 'hello', is: undefined},
  ])('$text', ({text, is}) => {
    expect(decodeKick(text)).toEqual(is)
  })
})

describe('reports', () => {
  const base = {
    taskId: fc.stringMatching(/^t-[a-z0-9]{1,20}$/),
    invokeVersion: fc.nat(1000),
    startMs: fc.nat(2 ** 31),
    offset: fc.option(fc.nat(2 ** 31), {nil: undefined}),
  }
  const ended = {exitCode: fc.integer({min: -1, max: 255}), dropped: fc.nat(), endMs: fc.constant(2 ** 31)}
  const reports: fc.Arbitrary<TaskReport> = fc.oneof(
    fc.record({kind: fc.constant('running' as const), ...base}),
    fc.record({kind: fc.constantFrom('finish' as const, 'timeout' as const), ...base, ...ended}),
    fc.record({kind: fc.constant('finish' as const), ...base, ...ended, outputLeft: fc.constant(true as const)}),
    fc.record({
      kind: fc.constant('error' as const),
      ...base,
      ...ended,
      errCode: fc.string(),
      errDesc: fc.string({maxLength: 100}),
    }),
    fc.record({
      kind: fc.constant('stopped' as const),
      ...base,
      ...ended,
      result: fc.constantFrom('killed' as const, 'completed' as const),
    }),
    fc.record({
      kind: fc.constant('invalid' as const),
      taskId: base.taskId,
      invokeVersion: base.invokeVersion,
      param: fc.string(),
      value: fc.string({maxLength: 100}),
    }),
  )

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(reports, (report) => {
        expect(decodeReport(report.kind, new URLSearchParams(encodeReport(report).toString()))).toEqual(report)
      }),
    )
  })

  it.each([
    {name: 'no task id', query: 'invokeVersion=0', part: 'taskId'},
    {name: 'an exit code of 2^40', query: 'taskId=t-1&start=1&end=2&exitCode=1099511627776', part: 'exitCode'},
    {name: 'an exit code in words', query: 'taskId=t-1&start=1&end=2&exitCode=one', part: 'exitCode'},
    {name: 'an end before the start', query: 'taskId=t-1&start=5&end=2&exitCode=0', part: 'end'},
    {name: 'the year 9999', query: 'taskId=t-1&start=253370764800000&end=253370764800000', part: 'start'},
    {name: 'a negative offset', query: 'taskId=t-1&start=1&end=2&offset=-1', part: 'offset'},
  ])('are refused with $name', ({query, part}) => {
    expect(() => decodeReport('finish', new URLSearchParams(query))).toThrow(new UnreadableReport(part))
  })
})

describe('agent signatures', () => {
  const {publicKey, privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048})
  const signing = {instanceId: 'mi-1', machineId: 'm', timestamp: '1795360753986', requestId: 'r'}
  const content = {method: 'POST', target: '/luban/api/v1/task/finish?taskId=t-1', body: Buffer.from('out')}

  it('the official one binds the caller only', () => {
    const signature = signOfficial(privateKey, signing)
    expect(verifyOfficial(publicKey, signing, signature)).toBe(true)
    expect(verifyOfficial(publicKey, {...signing, instanceId: 'mi-2'}, signature)).toBe(false)
  })

  it.each([
    {name: 'method', changed: {...content, method: 'GET'}},
    {name: 'target', changed: {...content, target: `${content.target}0`}},
    {name: 'body', changed: {...content, body: Buffer.from('oup')}},
  ])('ours binds the $name too', ({changed}) => {
    const signature = signStrong(privateKey, signing, content)
    expect(verifyStrong(publicKey, signing, content, signature)).toBe(true)
    expect(verifyStrong(publicKey, signing, changed, signature)).toBe(false)
  })
})

describe('decodeRegisterResponse', () => {
  it.each([
    {
      name: 'ours',
      body: '{"code":200,"instanceId":"mi-1","assist":true}',
      is: {code: 200, instanceId: 'mi-1', assist: true},
    },
    {
      name: 'the official one',
      body: '{"code":200,"instanceId":"mi-1"}',
      is: {code: 200, instanceId: 'mi-1', assist: false},
    },
    {name: 'a refusal', body: '{"code":403,"message":"no"}', is: {code: 403, message: 'no', assist: false}},
    {name: 'types of its own', body: '{"code":"200","instanceId":1,"assist":"yes"}', is: {assist: false}},
    {name: 'no JSON', body: '<html>', is: {}},
  ])('reads $name', ({body, is}) => {
    expect(decodeRegisterResponse(body)).toEqual(is)
  })
})

describe('decodeUnserved', () => {
  it.each([
    {name: 'a list of scripts', body: '{"run":[{"task":{"taskID":"t-1"}}],"file":[],"session":[]}', is: []},
    {name: 'no JSON', body: '"file":[{', is: []},
    {
      name: 'a file and a session',
      body: '{"file":[{"task":{"taskID":"f-1"}}],"session":[{"channelId":"s-1"}]}',
      is: [
        {kind: 'file', taskId: 'f-1'},
        {kind: 'session', channelId: 's-1'},
      ],
    },
    {name: 'items without an id', body: '{"file":[{},{"task":1}],"session":[{"channelId":""}]}', is: []},
    {name: 'ids that are too long', body: `{"session":[{"channelId":"${'x'.repeat(65)}"}]}`, is: []},
  ])('finds what nobody serves in $name', ({body, is}) => {
    expect(decodeUnserved(body)).toEqual(is)
  })
})
