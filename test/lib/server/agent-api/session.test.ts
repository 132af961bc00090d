import {randomUUID} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {createHalf, SESSION_HEADERS} from '../../../../src/lib/protocol/agent/session.ts'
import {SIGNATURE_HEADERS} from '../../../../src/lib/protocol/agent/signature.ts'
import {type App, createApp} from '../../../../src/lib/server/app.ts'
import {addAgent, addInvocation, type Face, KEYS, openFace, stateOf} from '../../../support/agent-face.ts'
import {agree, type Sent, type Session, send, under} from '../../../support/agent-session.ts'

const FETCH = {method: 'POST', target: `${AGENT_PATHS.taskList}?reason=kickoff&currentTime=1&offset=0&timeZone=UTC`}

async function withSession(): Promise<{face: Face; session: Session; restarted: () => App}> {
  const face = await openFace()
  const session = await agree(face, await addAgent(face, {strong: true}))
  const restarted = (): App => createApp(face.deps, {rpc: async () => new Response('')})
  return {face, session, restarted}
}

describe('a session key', () => {
  it('stands in for the signatures', async () => {
    const {face, session} = await withSession()
    const {instanceId} = session.agent
    const taskId = await addInvocation(face, [instanceId])
    expect(await send(face.app, under(face, session, {method: 'GET', target: AGENT_PATHS.heartBeat}))).toBe(200)
    expect(await send(face.app, under(face, session, FETCH))).toBe(200)
    const target = `${AGENT_PATHS.finish}?taskId=${taskId}&start=1&end=2&exitCode=0`
    expect(await send(face.app, under(face, session, {method: 'POST', target, body: 'hello'}))).toBe(200)
    expect(await stateOf(face, taskId, instanceId)).toBe('Success')
  })

  it.each<{name: string; change: (sent: Sent, other: Session) => Partial<Sent>}>([
    {name: 'another method', change: () => ({method: 'GET'})},
    {name: 'another path', change: ({target}) => ({target: target.replace('finish', 'timeout')})},
    {name: 'another query', change: ({target}) => ({target: target.replace('exitCode=0', 'exitCode=1')})},
    {name: 'a longer query', change: ({target}) => ({target: `${target}&x=1`})},
    {name: 'another body', change: () => ({body: 'hellp'})},
    {name: 'no body', change: () => ({body: ''})},
    {name: 'another time', change: with_(SIGNATURE_HEADERS.timestamp, (value) => String(Number(value) + 1))},
    {name: 'another request id', change: with_(SIGNATURE_HEADERS.requestId, () => randomUUID())},
    {name: 'no code', change: with_(SESSION_HEADERS.mac, () => '')},
    {name: 'a code of nothing', change: with_(SESSION_HEADERS.mac, () => 'AAAA')},
    {name: 'no ticket', change: with_(SESSION_HEADERS.ticket, () => '')},
    {name: 'an altered ticket', change: with_(SESSION_HEADERS.ticket, (value) => flip(value))},
    {name: 'an endless ticket', change: with_(SESSION_HEADERS.ticket, (value) => value.repeat(50))},
    {
      name: 'the ticket of another instance',
      change: (sent, other) => with_(SESSION_HEADERS.ticket, () => other.ticket)(sent),
    },
    {
      name: 'the name of another instance',
      change: (sent, other) => with_(SIGNATURE_HEADERS.instanceId, () => other.agent.instanceId)(sent),
    },
    {
      name: 'ticket and name of another instance',
      change: (sent, other) => ({
        headers: {
          ...sent.headers,
          [SESSION_HEADERS.ticket]: other.ticket,
          [SIGNATURE_HEADERS.instanceId]: other.agent.instanceId,
        },
      }),
    },
  ])('is refused with $name', async ({change}) => {
    const {face, session} = await withSession()
    const other = await agree(face, await addAgent(face, {strong: true, key: KEYS[1]}))
    const taskId = await addInvocation(face, [session.agent.instanceId])
    await session.agent.fetchList()
    const target = `${AGENT_PATHS.finish}?taskId=${taskId}&start=1&end=2&exitCode=0`
    const sent = under(face, session, {method: 'POST', target, body: 'hello'})
    const status = await send(face.app, {...sent, ...change(sent, other)})
    expect([401, 405]).toContain(status)
    expect(await stateOf(face, taskId, session.agent.instanceId)).toBe('Delivered')
    expect(await send(face.app, sent)).toBe(200)
  })

  it('is good for its own instance only', async () => {
    const {face, session} = await withSession()
    const other = await agree(face, await addAgent(face, {strong: true, key: KEYS[1]}))
    const forged = under(face, {...other, agent: session.agent}, FETCH)
    expect(await send(face.app, forged)).toBe(401)
  })

  it('fetches once per request id', async () => {
    const {face, session} = await withSession()
    const sent = under(face, session, FETCH)
    expect([await send(face.app, sent), await send(face.app, sent)]).toEqual([200, 401])
  })

  it('is read by every replica and after a restart, but for what must not come twice there', async () => {
    const {face, session, restarted} = await withSession()
    const fetched = under(face, session, FETCH)
    expect(await send(face.app, fetched)).toBe(200)
    expect(await send(restarted(), under(face, session, {method: 'GET', target: AGENT_PATHS.heartBeat}))).toBe(200)
    expect(await send(restarted(), fetched)).toBe(401)
    expect(await send(restarted(), under(face, session, FETCH))).toBe(401)
  })

  it('is over after twenty minutes, also when the clock was set back meanwhile', async () => {
    const {face, session, restarted} = await withSession()
    const beat = () => under(face, session, {method: 'GET', target: AGENT_PATHS.heartBeat})
    const first = face.clock.nowMs
    face.clock.nowMs += 20 * 60_000 - 1
    expect([await send(face.app, beat()), await send(restarted(), beat())]).toEqual([200, 200])
    face.clock.nowMs += 1
    expect([await send(face.app, beat()), await send(restarted(), beat())]).toEqual([401, 401])
    face.clock.jumpMs -= 80 * 60_000
    face.clock.nowMs = first - 60 * 60_000
    expect([await send(face.app, beat()), await send(restarted(), beat())]).toEqual([401, 401])
  })

  it('is agreed on by the identity only, not under another session', async () => {
    const {face, session} = await withSession()
    const body = JSON.stringify({publicKey: createHalf().publicKey})
    expect(await send(face.app, under(face, session, {method: 'POST', target: AGENT_PATHS.agree, body}))).toBe(401)
  })

  it('ends with the registration', async () => {
    const {face, session} = await withSession()
    expect((await session.agent.send('POST', AGENT_PATHS.deregister)).status).toBe(200)
    expect(await send(face.app, under(face, session, FETCH))).toBe(403)
  })

  it('is not for official agents', async () => {
    const face = await openFace()
    const official = await addAgent(face)
    const body = JSON.stringify({publicKey: createHalf().publicKey})
    expect((await official.send('POST', AGENT_PATHS.agree, body)).status).toBe(404)
  })

  it.each([
    {name: 'no JSON', body: 'x'},
    {name: 'no key', body: '{}'},
    {name: 'a short key', body: JSON.stringify({publicKey: Buffer.alloc(31).toString('base64')})},
    // Would agree on a key that everybody knows.
    {name: 'a key of zeros', body: JSON.stringify({publicKey: Buffer.alloc(32).toString('base64')})},
  ])('cannot be agreed on with $name', async ({body}) => {
    const face = await openFace()
    const agent = await addAgent(face, {strong: true})
    expect((await agent.send('POST', AGENT_PATHS.agree, body)).status).toBe(400)
  })

  it('cannot be made of something else that was sealed', async () => {
    const {face, session} = await withSession()
    const {instanceId} = session.agent
    const untilMs = face.clock.nowMs + 60_000
    const ticket = face.deps.secrets.seal(JSON.stringify([instanceId, session.key.toString('base64'), untilMs, 'x', 0]))
    const sent = under(face, {...session, ticket}, {method: 'GET', target: AGENT_PATHS.heartBeat})
    expect(await send(face.app, sent)).toBe(401)
  })
})

function with_(name: string, change: (value: string) => string): (sent: Sent) => Partial<Sent> {
  return ({headers}) => ({headers: {...headers, [name]: change(headers[name] ?? '')}})
}

function flip(text: string): string {
  const bytes = Buffer.from(text, 'base64')
  bytes[20] = (bytes[20] ?? 0) ^ 1
  return bytes.toString('base64')
}
