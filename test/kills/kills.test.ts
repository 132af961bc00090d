import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import Libsql from 'libsql'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {popClient, untilAnswered} from '../support/pop.ts'
import {createRandom} from '../support/random.ts'
import {type Fleet, startFleet} from './fleet.ts'

const {KILL_SEED, KILL_LOOPS = '8', KILL_AGENTS = '2'} = process.env
const LOOPS = Number(KILL_LOOPS)
const PER_LOOP = 10
const FINAL = ['Success', 'Failed', 'Timeout', 'Error', 'Invalid', 'Aborted', 'Cancelled', 'Terminated', 'Stopped']

let fleet: Fleet
beforeAll(async () => {
  fleet = await startFleet(Number(KILL_AGENTS))
})
afterAll(() => fleet.stop())

interface Accepted {
  invokeId: string
  instanceIds: string[]
}

describe('kill -9 at random moments of any of a server and its agents', () => {
  const seed = KILL_SEED === undefined ? Date.now() % 1e6 : Number(KILL_SEED)

  it(
    `loses nothing, starts nothing twice and changes no end (KILL_SEED=${seed})`,
    async () => {
      const random = createRandom(seed)
      const pick = (below: number): number => Math.floor(random() * below)
      const {plane, victims} = fleet
      const counter = join(plane.home, 'starts')
      const accepted: Accepted[] = []
      for (let loop = 0; loop < LOOPS; loop += 1) {
        const plans = Array.from({length: PER_LOOP}, (_, index) => ({
          token: `${seed}-${loop}-${index}`,
          afterMs: pick(80),
          sleepMs: pick(120),
          instanceIds: fleet.instanceIds.filter(
            (_id, place) => place === index % fleet.instanceIds.length || pick(2) === 0,
          ),
        }))
        const [killAfterMs, startAfterMs, victim] = [
          pick(120),
          pick(200),
          victims[pick(2) === 0 ? 0 : pick(victims.length)],
        ]
        const toStop = accepted[pick(accepted.length)]
        const submitted = plans.map(async ({token, afterMs, sleepMs, instanceIds}) => {
          await sleep(afterMs)
          const answer = await untilAnswered(() =>
            popClient(plane)('RunCommand', {
              Type: 'RunShellScript',
              CommandContent: `echo {{ACS::InvokeId}} {{ACS::InstanceId}} >> ${counter}; sleep 0.${String(sleepMs).padStart(3, '0')}; echo done`,
              EnableParameter: 'true',
              InstanceId: instanceIds,
              ClientToken: token,
            }),
          )
          accepted.push({invokeId: String(answer.InvokeId), instanceIds})
        })
        if (toStop && pick(3) === 0) submitted.push(stop(toStop))
        await sleep(killAfterMs)
        await victim?.kill()
        await sleep(startAfterMs)
        await victim?.start()
        await Promise.all(submitted)
      }
      expect(new Set(accepted.map(({invokeId}) => invokeId)).size).toBe(LOOPS * PER_LOOP)

      const ends = new Map<string, string>()
      for (const one of accepted) {
        // What is promised: a lost kick or report costs a minute at most.
        await expect.poll(() => endsOf(one), {timeout: 90_000, interval: 200}).not.toContain(undefined)
        const states = await endsOf(one)
        for (const [place, instanceId] of one.instanceIds.entries())
          ends.set(`${one.invokeId} ${instanceId}`, states[place] ?? '')
      }
      const lines = existsSync(counter) ? readFileSync(counter, 'utf8').trim().split('\n') : []
      // A call that was repeated, because its answer was lost, is one.
      expect(lines.filter((line) => !ends.has(line))).toEqual([])
      for (const [name, end] of ends) {
        const starts = lines.filter((line) => line === name).length
        expect([name, end, starts <= 1]).toEqual([name, end, true])
        if (end === 'Success') expect([name, starts]).toEqual([name, 1])
      }
      await plane.killServer()
      expect(integrityOf(join(plane.dataDir, 'assist.db'))).toBe('ok')
      await plane.startServer()
      for (const one of accepted) {
        const again = await endsOf(one)
        expect(again).toEqual(one.instanceIds.map((instanceId) => ends.get(`${one.invokeId} ${instanceId}`)))
      }
      process.stdout.write(`${ends.size} runs through ${LOOPS} kills, seed ${seed}: ${counted([...ends.values()])}\n`)
    },
    LOOPS * 10_000 + 180_000,
  )
})

/** By instance; `undefined`: not over yet. */
async function endsOf({invokeId, instanceIds}: Accepted): Promise<Array<string | undefined>> {
  const answer = await untilAnswered(() => popClient(fleet.plane)('DescribeInvocationResults', {InvokeId: invokeId}))
  const results = answer.Invocation.InvocationResults.InvocationResult as Array<{
    InstanceId?: string
    InvocationStatus: string
  }>
  return instanceIds.map((id) => {
    const state = results.find(({InstanceId}) => InstanceId === id)?.InvocationStatus
    return state !== undefined && FINAL.includes(state) ? state : undefined
  })
}

async function stop(one: Accepted): Promise<void> {
  await untilAnswered(() => popClient(fleet.plane)('StopInvocation', {InvokeId: one.invokeId}))
}

function integrityOf(file: string): unknown {
  const database = new Libsql(file)
  try {
    return Object.values(database.prepare('pragma integrity_check').get() as object)[0]
  } finally {
    database.close()
  }
}

function counted(ends: readonly string[]): string {
  return [...new Set(ends)].map((end) => `${ends.filter((other) => other === end).length} ${end}`).join(', ')
}
