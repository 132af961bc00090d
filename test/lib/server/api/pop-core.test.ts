import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import PopCore from '@alicloud/pop-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {REGION, startTestServer, type TestServer} from '../../../support/rpc-server.ts'

/** The real client of the official SDK, over a real port. */
let server: TestServer
let http: Server
let client: PopCore

beforeAll(async () => {
  server = await startTestServer({
    clock: {now: () => Date.now(), monotonic: () => performance.now(), sleep: async () => {}},
  })
  await server.addInstance('mi-a', {last_seen_at_ms: Date.now()})
  http = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const answer = await server.rpc(
      new Request(`http://${request.headers.host}${request.url}`, {
        method: request.method ?? 'GET',
        headers: request.headers as Record<string, string>,
        ...(body.length > 0 ? {body} : {}),
      }),
      {source: '127.0.0.1'},
    )
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  client = new PopCore({
    accessKeyId: server.key.accessKeyId,
    accessKeySecret: server.key.secret,
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    apiVersion: '2014-05-26',
  })
})
afterAll(async () => {
  http.close()
  await server.close()
})

describe.each(['GET', 'POST'])('pop-core with %s', (method) => {
  const script = 'echo "你好 *~ a+b!\'()" | tr \'\\n\' " "\n'
  const call = <T>(action: string, parameters: Record<string, unknown>): Promise<T> =>
    client.request<T>(action, {RegionId: REGION, ...parameters}, {method, timeout: 10_000})

  it('creates, invokes, describes and stops', async () => {
    const content = Buffer.from(script).toString('base64')
    const made = await call<{CommandId: string}>('CreateCommand', {
      Name: '测试 a+b',
      Type: 'RunShellScript',
      CommandContent: content,
    })
    const run = await call<{InvokeId: string}>('InvokeCommand', {
      CommandId: made.CommandId,
      'InstanceId.1': 'mi-a',
      Timed: false,
    })
    const described = await call<{Invocations: {Invocation: object[]}}>('DescribeInvocations', {
      InstanceId: 'mi-a',
      InvokeId: run.InvokeId,
    })
    expect(described.Invocations.Invocation).toMatchObject([
      {CommandName: '测试 a+b', CommandContent: content, InvocationStatus: 'Pending'},
    ])
    await call('StopInvocation', {InvokeId: run.InvokeId})
    const results = await call<{Invocation: {InvocationResults: object}}>('DescribeInvocationResults', {
      InvokeId: run.InvokeId,
    })
    expect(results.Invocation.InvocationResults).toMatchObject({InvocationResult: [{InvocationStatus: 'Cancelled'}]})
  })

  it('sends any text in plain', async () => {
    const {InvokeId} = await call<{InvokeId: string}>('RunCommand', {
      Type: 'RunShellScript',
      CommandContent: script,
      InstanceId: ['mi-a'],
    })
    const described = await call<{Invocations: {Invocation: object[]}}>('DescribeInvocations', {
      InvokeId,
      ContentEncoding: 'PlainText',
    })
    expect(described.Invocations.Invocation).toMatchObject([{CommandContent: script}])
  })

  it('reads our errors', async () => {
    await expect(call('InvokeCommand', {CommandId: 'c-x', InstanceId: ['mi-a']})).rejects.toMatchObject({
      code: 'InvalidCmdId.NotFound',
      data: {Code: 'InvalidCmdId.NotFound', RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/)},
    })
  })
})
