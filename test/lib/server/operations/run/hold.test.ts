import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {Changes} from '../../../../../src/lib/server/wake/changes.ts'
import {signedV1} from '../../../../support/rpc-client.ts'
import {type Answer, REGION, startTestServer, type TestServer} from '../../../../support/rpc-server.ts'

/** Waits that end only when the test says so; each is noted with the time it was asked to last. */
interface Wait {
  ms: number
  wake: () => void
}

let server: TestServer
const waits: Wait[] = []
let onWait: () => void = () => {}
const changes: Changes = {
  notify: () => {
    for (const wait of waits.splice(0)) wait.wake()
  },
  next: async () => {},
  watch: (_invokeId, signal) => ({
    end: () => {},
    next: (ms) =>
      new Promise((resolve) => {
        const wait = {ms, wake: resolve}
        waits.push(wait)
        signal?.addEventListener('abort', () => {
          if (waits.includes(wait)) waits.splice(waits.indexOf(wait), 1)
          resolve()
        })
        onWait()
      }),
  }),
}

beforeAll(async () => {
  server = await startTestServer({changes})
  await server.addInstance('mi-a')
})
afterAll(() => server.close())
beforeEach(() => void waits.splice(0))

const waiting = (ms?: number): Promise<void> =>
  new Promise((resolve) => {
    onWait = () => {
      if (ms === undefined || waits.some((wait) => wait.ms === ms)) resolve()
    }
  })
const run = async (): Promise<string> =>
  (await server.ok('RunCommand', {Type: 'RunShellScript', CommandContent: 'x', InstanceId: ['mi-a']})).InvokeId

function describeHeld(
  action: string,
  InvokeId: string,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer> {
  const signing = {key: server.key, nowMs: server.clock.nowMs, headers, ...(signal ? {signal} : {})}
  return server.send(signedV1('POST', action, {RegionId: REGION, InvokeId}, signing))
}

describe.each(['DescribeInvocations', 'DescribeInvocationResults'])('a held %s', (action) => {
  it('answers at once without a version', async () => {
    const {body} = await describeHeld(action, await run(), {'x-assist-wait': '20000'})
    expect(body.AssistVersion).toBe('1')
    expect(waits).toEqual([])
  })

  it('gives what has just changed 20 ms to change again, and tells of the end at once', async () => {
    const InvokeId = await run()
    let waited = waiting(20)
    const unchanged = describeHeld(action, InvokeId, {'x-assist-wait': '20000', 'x-assist-since': '0'})
    await waited
    server.clock.nowMs += 20
    changes.notify(InvokeId)
    expect((await unchanged).body.AssistVersion).toBe('1')

    waited = waiting(20)
    const ended = describeHeld(action, InvokeId, {'x-assist-wait': '20000', 'x-assist-since': '0'})
    await waited
    await server.addResult(InvokeId, 'mi-a')
    changes.notify(InvokeId)
    const {body} = await ended
    expect(body.AssistVersion).toBe('2')
    expect(JSON.stringify(body)).toContain('"InvocationStatus":"Success"')
  })

  it('answers when the invocation changes, with what it is then', async () => {
    const InvokeId = await run()
    const waited = waiting()
    const answer = describeHeld(action, InvokeId, {'x-assist-wait': '20000', 'x-assist-since': '1'})
    await waited
    await server.addResult(InvokeId, 'mi-a')
    changes.notify(InvokeId)
    const {body} = await answer
    expect(body.AssistVersion).toBe('2')
    expect(JSON.stringify(body)).toContain('"InvocationStatus":"Success"')
  })

  it('looks again at least once a second, and goes on waiting when nothing has changed', async () => {
    const InvokeId = await run()
    let waited = waiting()
    const answer = describeHeld(action, InvokeId, {'x-assist-wait': '20000', 'x-assist-since': '1'})
    await waited
    expect(waits.map((wait) => wait.ms)).toEqual([1000])
    waited = waiting()
    server.clock.nowMs += 1000
    changes.notify(InvokeId)
    await waited
    // A change that nobody was told of, as from another replica.
    await server.addResult(InvokeId, 'mi-a')
    changes.notify('its poll')
    expect((await answer).body.AssistVersion).toBe('2')
  })

  it('answers when the time is up, which is 20 s at most', async () => {
    const InvokeId = await run()
    const waited = waiting()
    const answer = describeHeld(action, InvokeId, {'x-assist-wait': '999999', 'x-assist-since': '1'})
    await waited
    server.clock.nowMs += 20_000
    changes.notify(InvokeId)
    expect((await answer).body.AssistVersion).toBe('1')
  })

  it('ends when the caller goes', async () => {
    const InvokeId = await run()
    const caller = new AbortController()
    const waited = waiting()
    const answer = describeHeld(action, InvokeId, {'x-assist-wait': '20000', 'x-assist-since': '1'}, caller.signal)
    await waited
    caller.abort()
    expect((await answer).status).toBe(200)
    expect(waits).toEqual([])
  })

  it("does not hold for an invocation that is unknown or another account's", async () => {
    const InvokeId = await run()
    const key = await server.addKey('2000')
    const foreign = await server.send(
      signedV1(
        'POST',
        action,
        {RegionId: REGION, InvokeId},
        {key, nowMs: server.clock.nowMs, headers: {'x-assist-wait': '20000', 'x-assist-since': '1'}},
      ),
    )
    expect(foreign.status).toBe(200)
    expect(foreign.body).not.toHaveProperty('AssistVersion')
    expect(waits).toEqual([])
  })

  it('is an ordinary answer without the header', async () => {
    expect((await describeHeld(action, await run(), {})).body).not.toHaveProperty('AssistVersion')
  })
})
