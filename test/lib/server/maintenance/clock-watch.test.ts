import {describe, expect, it} from 'vitest'
import {createClockWatch} from '../../../../src/lib/server/maintenance/clock-watch.ts'
import {maintain} from '../../../../src/lib/server/maintenance/maintain.ts'
import {pruneAll} from '../../../../src/lib/server/maintenance/prune.ts'
import {addAgent, addInvocation, type Face, openFace, START_MS, stateOf} from '../../../support/agent-face.ts'

const DAY_MS = 86_400_000

function watched() {
  const time = {wallMs: START_MS, passedMs: 0}
  const clock = {now: () => time.wallMs, monotonic: () => time.passedMs}
  const pass = (ms: number): void => {
    time.wallMs += ms
    time.passedMs += ms
  }
  return {time, pass, watch: createClockWatch(clock)}
}

describe('a watch over the clock', () => {
  it('sees no jump in time that passes, nor in a small correction', () => {
    const {time, pass, watch} = watched()
    pass(40 * DAY_MS)
    expect(watch.jumpMs()).toBe(0)
    time.wallMs += 4 * 60_000
    expect(watch.jumpMs()).toBe(0)
  })

  it.each([40 * DAY_MS, -3_600_000])('sees a jump by %s ms, until the clock is back', (byMs) => {
    const {time, pass, watch} = watched()
    time.wallMs += byMs
    expect([watch.jumpMs(), watch.isFresh()]).toEqual([byMs, true])
    pass(61_000)
    expect([watch.jumpMs(), watch.isFresh()]).toEqual([byMs, false])
    time.wallMs -= byMs
    expect([watch.jumpMs(), watch.isFresh()]).toEqual([0, false])
  })

  it('believes a new time that has held for a day', () => {
    const {time, pass, watch} = watched()
    time.wallMs += 40 * DAY_MS
    watch.jumpMs()
    pass(DAY_MS - 1)
    expect(watch.jumpMs()).toBe(40 * DAY_MS)
    pass(1)
    expect(watch.jumpMs()).toBe(0)
  })

  it('knows a wrong clock at its start by what was stored before', () => {
    const {watch} = watched()
    watch.remember(START_MS - 40 * DAY_MS)
    expect(watch.jumpMs()).toBe(40 * DAY_MS)
  })
})

/** Looks once, as maintenance does every second. */
async function lookOnce(face: Face): Promise<void> {
  const ending = new AbortController()
  await maintain({...face.deps, clock: {...face.clock, sleep: async () => ending.abort()}}, ending.signal)
}

function setClock(face: Face, byMs: number): void {
  face.clock.nowMs += byMs
  face.clock.jumpMs += byMs
}

describe('a clock that is 40 days ahead for a moment', () => {
  it('costs neither history nor nonces nor what waits, and is told once', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const ended = await addInvocation(face, [agent.instanceId])
    await agent.fetchList()
    await agent.report('finish', {taskId: ended, start: START_MS, end: START_MS, exitCode: 0})
    const waiting = await addInvocation(face, [agent.instanceId])
    const nonces = await face.deps.db.read.selectFrom('nonces').selectAll().execute()
    setClock(face, 40 * DAY_MS)
    await lookOnce(face)
    await pruneAll(face.deps, new AbortController().signal)
    expect((await textOf(face, 'metrics')).match(/assist_clock_jump_seconds (\d+)/)?.[1]).toBe('3456000')
    expect(await textOf(face, 'readyz')).toBe(
      'ok; the clock has jumped by 3456000 s: nothing old is deleted until it has held for a day',
    )
    setClock(face, -40 * DAY_MS)
    await lookOnce(face)
    expect(await textOf(face, 'readyz')).toBe('ok')
    expect(await stateOf(face, ended, agent.instanceId)).toBe('Success')
    expect(await stateOf(face, waiting, agent.instanceId)).toBe('Pending')
    expect(await face.deps.db.read.selectFrom('nonces').selectAll().execute()).toEqual(nonces)
    expect(face.logged.filter(({message}) => message.startsWith('the clock has jumped'))).toHaveLength(1)
  })
})

async function textOf(face: Face, path: 'metrics' | 'readyz'): Promise<string> {
  const response = await face.app.fetch(new Request(`http://127.0.0.1/${path}`), {source: '127.0.0.1'})
  return response.text()
}
