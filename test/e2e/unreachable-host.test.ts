import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Plane, startPlane} from '../support/plane.ts'

let plane: Plane

beforeAll(async () => {
  plane = await startPlane()
})
afterAll(() => plane.stop())

describe('a run whose host does not hear of it', () => {
  it('says so within seconds, not when its time is up', async () => {
    await plane.killAgent()
    const run = plane.start(['run', '-i', plane.instanceId, 'true'])
    await run.seen(/has no open channel|is offline/)
    run.process.kill('SIGTERM')
    expect((await run.ended).code).toBe(143)
  })
})
