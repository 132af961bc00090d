import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Plane, startPlane} from '../support/plane.ts'
import {popClient, untilAnswered} from '../support/pop.ts'
import {createRandom} from '../support/random.ts'

const LOOPS = Number(process.env.CRASH_LOOPS ?? 8)
const PER_LOOP = 6

let plane: Plane
beforeAll(async () => {
  plane = await startPlane()
})
afterAll(() => plane.stop())

const FINAL = ['Success', 'Failed', 'Timeout', 'Error', 'Invalid', 'Aborted', 'Cancelled', 'Terminated']

describe('kill -9 at random moments under load', () => {
  it.each([
    {name: 'the server', seed: Date.now() % 1e6, kill: () => plane.killServer(), start: () => plane.startServer()},
    {name: 'the agent', seed: (Date.now() + 1) % 1e6, kill: () => plane.killAgent(), start: () => plane.startAgent()},
  ])(
    'of $name (seed $seed): nothing accepted is lost, nothing starts twice',
    async ({name, seed, kill, start}) => {
      const random = createRandom(seed)
      const counter = join(plane.home, `count-${seed}`)
      const accepted: string[] = []
      for (let loop = 0; loop < LOOPS; loop++) {
        const call = popClient(plane)
        const submitted = Array.from({length: PER_LOOP}, async (_, index) => {
          await sleep(random() * 60)
          const answer = await untilAnswered(() =>
            call('RunCommand', {
              Type: 'RunShellScript',
              CommandContent: `echo {{ACS::InvokeId}} >> ${counter}; sleep 0.0${Math.floor(random() * 9)}; echo done`,
              EnableParameter: 'true',
              InstanceId: [plane.instanceId],
              ClientToken: `${seed}-${loop}-${index}`,
            }),
          )
          accepted.push(String(answer.InvokeId))
        })
        await sleep(random() * 120)
        await kill()
        await sleep(random() * 50)
        await start()
        await Promise.all(submitted)
      }
      expect(new Set(accepted).size).toBe(LOOPS * PER_LOOP)

      const call = popClient(plane)
      const states = new Map<string, string>()
      for (const invokeId of accepted) {
        await expect
          .poll(
            async () => {
              const answer = await untilAnswered(() => call('DescribeInvocationResults', {InvokeId: invokeId}))
              const [result] = answer.Invocation.InvocationResults.InvocationResult
              states.set(invokeId, result?.InvocationStatus ?? '')
              return FINAL.includes(result?.InvocationStatus ?? '')
            },
            // What is promised: a lost kick or report costs a minute at most.
            {timeout: 60_000, interval: 100},
          )
          .toBe(true)
      }
      const lines = readFileSync(counter, 'utf8').trim().split('\n')
      const starts = (invokeId: string) => lines.filter((line) => line === invokeId).length
      for (const [invokeId, state] of states) {
        // Only an agent that died itself may leave a script whose end nobody knows.
        expect(name === 'the agent' ? ['Success', 'Error'] : ['Success']).toContain(state)
        if (state === 'Success') expect(starts(invokeId)).toBe(1)
        expect(starts(invokeId)).toBeLessThanOrEqual(1)
      }
    },
    120_000,
  )
})
