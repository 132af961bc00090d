import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, it} from 'vitest'
import {register} from '../../../../src/lib/agent/talk/register.ts'
import {readMachine} from '../../../../src/lib/system/machine.ts'

const root = mkdtempSync(join(tmpdir(), 'assist-register-'))
afterAll(() => rmSync(root, {recursive: true, force: true}))

it.each([
  {serverUrl: 'https://cn-hangzhou.axt.aliyuncs.com', says: false},
  {serverUrl: 'https://cn-hangzhou.axt.aliyun.com', says: false},
  {serverUrl: 'https://plane.example:8443', says: true},
  {serverUrl: 'https://aliyuncs.com.example', says: true},
])(
  'a registration says that it can sign more only where somebody may know of that: $serverUrl',
  async ({serverUrl, says}) => {
    const sent: unknown[] = []
    const connection = async (call: {json?: unknown}) => {
      sent.push(call.json)
      return {status: 200, text: '{"code":200,"instanceId":"mi-1"}'}
    }
    const stateDir = join(root, new URL(serverUrl).hostname)
    const registration = {activationId: 'a-1', activationCode: 'a-secret', regionId: 'cn-hangzhou'}
    await register({stateDir, serverUrl, connection, machine: readMachine()}, registration)
    expect(sent).toMatchObject([{activationId: 'a-1'}])
    expect((sent[0] as {assistSignature?: boolean}).assistSignature).toBe(says ? true : undefined)
  },
)
