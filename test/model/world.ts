import {randomBytes} from 'node:crypto'
import {createRpc, type Rpc} from '../../src/lib/server/api/rpc.ts'
import {createApp} from '../../src/lib/server/app.ts'
import type {ServerDeps} from '../../src/lib/server/deps.ts'
import {createClockWatch} from '../../src/lib/server/maintenance/clock-watch.ts'
import {createAccessKey} from '../../src/lib/server/store/calls/access-keys.ts'
import type {Database} from '../../src/lib/server/store/database.ts'
import {createSecretBox} from '../../src/lib/server/store/secret-box.ts'
import {createChanges} from '../../src/lib/server/wake/changes.ts'
import {createKicker} from '../../src/lib/server/wake/kicker.ts'
import {type Face, START_MS, type TestClock} from '../support/agent-face.ts'
import {createRandom} from '../support/random.ts'
import {type Parameters, signedV1, type TestKey} from '../support/rpc-client.ts'

export const REGION = 'cn-test'

/** Where the rows lie; opened again after each death of the server. */
export interface Engine {
  open(): Promise<Database>
  remove(): Promise<void>
}

/** What goes wrong with one message. `lost`: it does not arrive; `unanswered`: it does, and nobody hears so. */
export type Luck = 'good' | 'lost' | 'unanswered'

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: an answer is read field by field, and a wrong field must fail the test, not the compiler
  body: any
}

/** A control plane that can die, over a disk that can fail, called over a network that can fail. */
export interface World {
  face: Face
  clock: TestClock
  keys: Readonly<Record<string, TestKey>>
  random(): number
  /** 0 ≤ n < `below`. */
  pick(below: number): number
  luck(): Luck
  /** Undefined: nobody knows what came of it. */
  call(account: string, action: string, parameters: Parameters, luck?: Luck): Promise<Answer | undefined>
  /** The next writes fail: `full` before they are done, `torn` after, so that nobody knows. */
  breakDisk(how: 'full' | 'torn', writes: number): void
  mendDisk(): void
  restart(): Promise<void>
  close(): Promise<void>
}

export async function openWorld(engine: Engine, seed: number): Promise<World> {
  // Ids are in the order of some lists, so they must be the same again, too.
  const [random, bytes] = [createRandom(seed), createRandom(seed + 1)]
  const clock: TestClock = {
    ...{nowMs: START_MS, jumpMs: 0, sleep: async () => {}},
    now: () => clock.nowMs,
    monotonic: () => clock.nowMs,
  }
  const secrets = createSecretBox(randomBytes(32), (size) => randomBytes(size))
  const disk: {how?: 'full' | 'torn'; left: number} = {left: 0}
  let real = await engine.open()
  let rpc: Rpc

  const start = (): Pick<Face, 'app' | 'deps'> => {
    const deps: ServerDeps = {
      db: withFaults(real, disk),
      ...{clock, secrets, regions: [REGION]},
      clockWatch: createClockWatch(clock),
      randomBytes: (size) => Uint8Array.from({length: size}, () => Math.floor(bytes() * 256)),
      log: {info: () => {}, warn: () => {}, error: () => {}},
      changes: createChanges(),
      kicker: createKicker(),
    }
    rpc = createRpc(deps)
    return {deps, app: createApp(deps, {rpc})}
  }
  const face: Face = {...start(), clock, logged: [], rpcCalls: []}
  const keys: Record<string, TestKey> = {}
  for (const accountId of ['a', 'b']) {
    keys[accountId] = await face.deps.db.write((tx) =>
      createAccessKey(tx, face.deps, {accountId, description: '', nowMs: clock.nowMs}),
    )
  }
  const pick = (below: number): number => Math.floor(random() * below)
  return {
    face,
    clock,
    keys,
    random,
    pick,
    luck: () => (['lost', 'unanswered'] as const)[pick(8)] ?? 'good',
    call: async (account, action, parameters, luck = 'good') => {
      if (luck === 'lost') return undefined
      const key = keys[account] as TestKey
      const request = signedV1('POST', action, {RegionId: REGION, ...parameters}, {key, nowMs: clock.nowMs})
      const answer = await rpc(request, {source: '192.0.2.1'})
      const body = await answer.json()
      // What a disk that failed leaves behind, nobody knows.
      return luck === 'unanswered' || answer.status >= 500 ? undefined : {status: answer.status, body}
    },
    breakDisk: (how, writes) => Object.assign(disk, {how, left: writes}),
    mendDisk: () => {
      disk.left = 0
    },
    restart: async () => {
      await real.close()
      real = await engine.open()
      Object.assign(face, start())
    },
    close: async () => {
      await real.close()
      await engine.remove()
    },
  }
}

function withFaults(db: Database, disk: {how?: 'full' | 'torn'; left: number}): Database {
  return {
    read: db.read,
    close: () => db.close(),
    write: async (work) => {
      if (disk.left <= 0) return db.write(work)
      disk.left -= 1
      if (disk.how === 'torn') await db.write(work)
      throw Object.assign(new Error(`the disk is ${disk.how}`), {
        code: disk.how === 'torn' ? 'SQLITE_IOERR' : 'SQLITE_FULL',
      })
    },
  }
}
