import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Plane, startPlane} from '../support/plane.ts'
import {popClient} from '../support/pop.ts'

let plane: Plane
beforeAll(async () => {
  plane = await startPlane()
})
afterAll(() => plane.stop())

describe('SIGTERM', () => {
  it('to a server under load lets calls in flight finish and answers none with a 500', async () => {
    const call = popClient(plane)
    const failures: string[] = []
    let stop = false
    const load = Array.from({length: 8}, async () => {
      while (!stop) {
        await call('DescribeCommands', {}).catch((error: {code?: string; data?: {Code?: string}; message: string}) => {
          failures.push(error.data?.Code ?? error.code ?? error.message)
          stop = true
        })
      }
    })
    await sleep(200)
    plane.server.process.kill('SIGTERM')
    const {code} = await plane.server.ended
    stop = true
    await Promise.all(load)
    expect(code).toBe(0)
    expect(failures.filter((failure) => /Internal|5\d\d/.test(failure))).toEqual([])
  })

  it('to the agent kills no script, and what it missed is told later', async () => {
    await plane.startServer()
    await expect
      .poll(async () => (await plane.assist(['describe-status', '--json'])).stdout, {timeout: 20_000})
      .toContain('true')
    plane.agent.process.kill('SIGTERM')
    expect(await plane.agent.ended).toMatchObject({code: 0})
    await plane.startAgent()
    const ended = await plane.assist(['run', '-i', plane.instanceId, 'echo back'])
    expect(ended).toMatchObject({code: 0, stdout: 'back\n'})
  })
})
