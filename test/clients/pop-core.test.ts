import PopCore from '@alicloud/pop-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type ControlPlane, REGION, startControlPlane} from './support/control-plane.ts'

let plane: ControlPlane
let client: PopCore
beforeAll(async () => {
  plane = await startControlPlane()
  await plane.addInstances(100, 'mi-')
  client = new PopCore({
    accessKeyId: plane.key.accessKeyId,
    accessKeySecret: plane.key.secret,
    endpoint: `http://${plane.address}`,
    apiVersion: '2014-05-26',
  })
})
afterAll(() => plane.close())

describe.each(['GET', 'POST'])('pop-core with %s', (method) => {
  const run = (change: object): Promise<{InvokeId: string}> =>
    client.request('RunCommand', {RegionId: REGION, Type: 'RunShellScript', InstanceId: ['mi-0'], ...change}, {method})

  it('runs the longest script, plain and in Base64, on as many machines as one call may name, with all its tags', async () => {
    const long = {
      InstanceId: Array.from({length: 100}, (_, index) => `mi-${index}`),
      Description: '述'.repeat(512),
      Tag: Array.from({length: 20}, (_, index) => ({Key: `${'键'.repeat(60)}${index}`, Value: '值'.repeat(128)})),
    }
    await run({...long, CommandContent: '你'.repeat(6144)})
    const base64 = Buffer.alloc(18_432, 0xfe).toString('base64').replaceAll('/v7+', 'Kyoq')
    await run({...long, CommandContent: base64, ContentEncoding: 'Base64'})
  })

  it('reads the refusal of what is a byte longer, and of what is longer than any request', async () => {
    const beyond = {CommandContent: `${'你'.repeat(6144)}x`}
    await expect(run(beyond)).rejects.toMatchObject({code: 'CmdContent.ExceedLimit'})
    const endless = {CommandContent: 'x'.repeat(1_200_000)}
    await expect(run(method === 'GET' ? {CommandContent: 'x'.repeat(300_000)} : endless)).rejects.toMatchObject({
      code: 'RequestTooLarge',
      data: {RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/)},
    })
  })
})
