import {afterEach, describe, expect, it} from 'vitest'
import {createRpc} from '../../../../src/lib/server/api/rpc.ts'
import type {ServerDeps} from '../../../../src/lib/server/deps.ts'
import {createGuesses} from '../../../../src/lib/server/guesses.ts'
import {createClockWatch} from '../../../../src/lib/server/maintenance/clock-watch.ts'
import {maintain} from '../../../../src/lib/server/maintenance/maintain.ts'
import {signedV1} from '../../../support/rpc-client.ts'
import {REGION, startTestServer, type TestServer} from '../../../support/rpc-server.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

let server: TestServer
afterEach(() => server.close())

/** A control plane that is started anew at will, and a clock that may be set: time passes apart from what it shows. */
async function openWorld() {
  const time = {wallMs: Date.UTC(2030, 0, 2), passedMs: 0}
  const clock = {now: () => time.wallMs, monotonic: () => time.passedMs, sleep: async () => {}}
  server = await startTestServer({clock})
  let deps: ServerDeps
  let rpc: ReturnType<typeof createRpc>
  let maintenance: {step(): Promise<void>; end(): Promise<void>}
  const begin = (): void => {
    deps = {...server.deps, clockWatch: createClockWatch(clock)}
    rpc = createRpc(deps)
    maintenance = stepwise(deps)
  }
  begin()
  return {
    set: (byMs: number) => {
      time.wallMs += byMs
    },
    /** In steps of ten minutes, maintenance looking after each. */
    pass: async (ms: number) => {
      for (let leftMs = ms; leftMs > 0; leftMs -= 10 * MINUTE_MS) {
        time.wallMs += Math.min(leftMs, 10 * MINUTE_MS)
        time.passedMs += Math.min(leftMs, 10 * MINUTE_MS)
        await maintenance.step()
      }
    },
    look: () => maintenance.step(),
    restart: async (whileStopped: () => void = () => {}) => {
      await maintenance.end()
      whileStopped()
      begin()
      await maintenance.step()
    },
    /** What somebody on the way could keep and send again. */
    sign: (action: string) =>
      signedV1(
        'POST',
        action,
        {RegionId: REGION},
        {key: server.key, nowMs: time.wallMs, nonce: `${action}-${time.wallMs}`},
      ),
    send: async (request: Request): Promise<string> => {
      const answer = await rpc(request.clone() as Request, {source: '192.0.2.1'})
      const body = (await answer.json()) as {Code?: string}
      return body.Code ?? 'ok'
    },
    guess: () => createGuesses(deps).wrong({source: '192.0.2.66', kind: 'Activation', id: 'guessed'}, '403'),
    end: () => maintenance.end(),
  }
}

/** Maintenance that looks when it is told to. */
function stepwise(deps: ServerDeps): {step(): Promise<void>; end(): Promise<void>} {
  const ending = new AbortController()
  let wake = (): void => {}
  let slept = (): void => {}
  let ended: Promise<void> | undefined
  const sleep = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      slept()
    })
  const step = async (): Promise<void> => {
    const isDone = new Promise<void>((resolve) => {
      slept = resolve
    })
    if (ended === undefined) ended = maintain({...deps, clock: {...deps.clock, sleep}}, ending.signal)
    else wake()
    await isDone
  }
  return {
    step,
    end: async () => {
      ending.abort()
      wake()
      await ended
    },
  }
}

/** CreateActivation, because two of them are told apart. */
const CALL = 'CreateActivation'

async function history(): Promise<number> {
  return (await server.deps.db.read.selectFrom('audit').selectAll().where('action', '=', CALL).execute()).length
}

describe('a call that was kept by somebody', () => {
  it('is not taken again when the clock was 40 days ahead for a moment, not even by a server started meanwhile', async () => {
    const world = await openWorld()
    await world.look()
    const kept = world.sign(CALL)
    expect(await world.send(kept)).toBe('ok')
    world.set(40 * DAY_MS)
    await world.pass(10 * MINUTE_MS)
    await world.restart()
    // A stranger can make the server write down what time it believes it is.
    await world.guess()
    await world.restart()
    await world.pass(20 * MINUTE_MS)
    world.set(-40 * DAY_MS - 20 * MINUTE_MS)
    expect([await world.send(kept), await history()]).toEqual(['SignatureNonceUsed', 1])
    await world.end()
  })

  it('is not taken again when the clock is set back to its time after it was forgotten', async () => {
    const world = await openWorld()
    const kept = world.sign(CALL)
    expect(await world.send(kept)).toBe('ok')
    await world.pass(3 * HOUR_MS)
    expect(await server.deps.db.read.selectFrom('nonces').selectAll().execute()).toEqual([])
    world.set(-3 * HOUR_MS)
    expect(await world.send(kept)).toBe('InvalidTimeStamp.Expired')
    await world.restart()
    expect(await world.send(kept)).toBe('InvalidTimeStamp.Expired')
    expect(await world.send(world.sign('DescribeActivations'))).toBe('ok')
    await world.pass(3 * HOUR_MS)
    expect(await world.send(world.sign(CALL))).toBe('ok')
    await world.end()
  })

  it('is not taken again after a start in the wrong time zone', async () => {
    const world = await openWorld()
    await world.look()
    const kept = world.sign(CALL)
    expect(await world.send(kept)).toBe('ok')
    await world.restart(() => world.set(8 * HOUR_MS))
    await world.pass(5 * MINUTE_MS)
    world.set(-8 * HOUR_MS)
    expect(await world.send(kept)).toBe('SignatureNonceUsed')
    expect(await world.send(world.sign(CALL))).toBe('ok')
    await world.end()
  })
})

describe('a clock that was wrong for days and was put right', () => {
  it('keeps nobody waiting who was not there meanwhile', async () => {
    const world = await openWorld()
    await world.look()
    expect(await world.send(world.sign(CALL))).toBe('ok')
    world.set(20 * DAY_MS)
    await world.pass(2 * DAY_MS)
    world.set(-20 * DAY_MS)
    expect([await world.send(world.sign(CALL)), await history()]).toEqual(['ok', 2])
    await world.end()
  })

  it('makes calls of its own time wait for a day at most where such were made', async () => {
    const world = await openWorld()
    await world.look()
    world.set(20 * DAY_MS)
    expect(await world.send(world.sign(CALL))).toBe('ok')
    await world.pass(2 * DAY_MS)
    world.set(-20 * DAY_MS)
    expect(await world.send(world.sign(CALL))).toBe('InvalidTimeStamp.Expired')
    await world.pass(DAY_MS + 20 * MINUTE_MS)
    expect(await world.send(world.sign(CALL))).toBe('ok')
    await world.end()
  })
})
