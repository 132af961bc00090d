import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type ControlPlane, runClient, startControlPlane} from './support/control-plane.ts'
import {buildGo, type Installed, installPython} from './support/install.ts'

let plane: ControlPlane
beforeAll(async () => {
  plane = await startControlPlane()
  await plane.addInstances(1, 'mi-')
})
afterAll(() => plane.close())

/** Says why where a client cannot be had; the suite then tells nothing about it. */
function clientOf(name: string, installed: Installed): string {
  if ('folder' in installed) return installed.folder
  console.warn(`skipped: ${name}: ${installed.skipped}`)
  return ''
}

const python = clientOf('the SDKs for Python', installPython(join(import.meta.dirname, 'python/requirements.txt')))
const go = clientOf('the SDK for Go', buildGo(join(import.meta.dirname, 'go')))

describe.skipIf(python === '')('the SDKs for Python', () => {
  it.each(['old_sdk.py', 'tea_sdk.py'])(
    'create, invoke, schedule and describe, and read a refusal: %s',
    async (script) => {
      const words = [join(import.meta.dirname, 'python', script), plane.address, plane.key.accessKeyId, 'mi-0']
      const told = await runClient('python3', words, {PYTHONPATH: python, SECRET: plane.key.secret})
      const {refusal, ...rest} = JSON.parse(told)
      expect(rest).toEqual({name: 'test', results: 1, repeated: 't-'})
      // The old one compares the text that the server signed with its own, and names the cause in words of its own.
      expect(refusal).toMatch(/^(SignatureDoesNotMatch|InvalidAccessKeySecret)$/)
    },
  )
})

describe.skipIf(go === '')('the SDK for Go', () => {
  it.each(['JSON', 'XML'])('creates, invokes, describes and reads a refusal in %s', async (format) => {
    const words = [plane.address, plane.key.accessKeyId, 'mi-0', format]
    const told = await runClient(join(go, 'client'), words, {SECRET: plane.key.secret})
    expect(told).toMatch(/^测试 a\+b\|1\|mi-0\|.*InvalidCmdId\.NotFound/s)
  })
})
