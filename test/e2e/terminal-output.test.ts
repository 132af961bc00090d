import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Plane, startPlane} from '../support/plane.ts'

let plane: Plane

beforeAll(async () => {
  plane = await startPlane()
})
afterAll(() => plane.stop())

describe('what a remote host prints', () => {
  const script = "echo '::add-mask::x'; echo ' ::error::broken'; echo '##[group]g'; echo fine; printf end"
  const inActions = {GITHUB_ACTIONS: 'true'}

  it('gives a GitHub workflow no orders, in any form of output', async () => {
    for (const form of [[], ['-o', 'json'], ['-o', 'yaml'], ['-o', 'csv'], ['-o', 'text']]) {
      const {stdout, code} = await plane.assist(['run', '-i', plane.instanceId, script, ...form], {
        env: inActions,
      })
      expect(code).toBe(0)
      expect(stdout).not.toMatch(/^\s*::/m)
      expect(stdout).not.toContain('##[')
      expect(stdout).toContain('end')
    }
  })

  it('gives none by way of our own messages', async () => {
    const {stderr, code} = await plane.assist(['cron', '##[error]every day'], {env: inActions})
    expect(code).toBe(2)
    expect(stderr).toContain('error]every day')
    expect(stderr).not.toContain('##[')
  })

  it('comes as it is elsewhere, and with --raw', async () => {
    const exact = '::add-mask::x\n ::error::broken\n##[group]g\nfine\nend'
    expect((await plane.assist(['run', '-i', plane.instanceId, script])).stdout).toBe(exact)
    const raw = await plane.assist(['run', '--raw', '-i', plane.instanceId, script], {env: inActions})
    expect(raw.stdout).toBe(exact)
  })

  it('is one object per host as ndjson, with a way to bytes that are no text', async () => {
    const {stdout} = await plane.assist(['run', '-i', plane.instanceId, String.raw`printf 'a\377b'`, '-o', 'ndjson'])
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    const result = JSON.parse(lines[0] ?? '')
    expect(result).toMatchObject({instanceId: plane.instanceId, output: 'a\ufffdb'})
    expect([...Buffer.from(result.outputBase64, 'base64')]).toEqual([97, 255, 98])
  })
})
