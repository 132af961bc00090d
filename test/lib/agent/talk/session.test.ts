import {describe, expect, it} from 'vitest'
import type {Identity} from '../../../../src/lib/agent/state/identity.ts'
import {type Connection, createLongConnection} from '../../../../src/lib/agent/talk/connection.ts'
import type {ExchangeRequest} from '../../../../src/lib/core/exchange.ts'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {SESSION_HEADERS} from '../../../../src/lib/protocol/agent/session.ts'
import {SIGNATURE_HEADERS} from '../../../../src/lib/protocol/agent/signature.ts'
import {type App, createApp} from '../../../../src/lib/server/app.ts'
import {readMachine} from '../../../../src/lib/system/machine.ts'
import {addAgent, type Face, openFace} from '../../../support/agent-face.ts'

interface Wire {
  face: Face
  connection: Connection
  /** Path, what it was signed with, and the status. */
  seen: string[]
  /** Takes the server's place. */
  app: App
  /** What somebody on the way makes of an answer. */
  tamper: (path: string, text: string) => string
}

async function connect(more: Partial<Identity> = {}): Promise<Wire> {
  const face = await openFace()
  const agent = await addAgent(face, {strong: true})
  const identity: Identity = {
    ...{instanceId: agent.instanceId, machineId: '3d12', regionId: 'r', serverUrl: 'http://127.0.0.1', assist: true},
    key: agent.key.privateKey,
    ...more,
  }
  const exchange = async ({method, url, headers, body}: ExchangeRequest) => {
    const target = url.pathname + url.search
    const init = {method, headers, ...(method === 'POST' && {body: Buffer.from(body ?? [])})}
    const answer = await wire.app.fetch(new Request(`http://plane${target}`, init), {source: '127.0.0.1', target})
    const name = url.pathname.split('/').at(-1) ?? ''
    const by = SESSION_HEADERS.ticket in headers ? 'key' : SIGNATURE_HEADERS.strong in headers ? 'both' : 'official'
    wire.seen.push(`${name} ${by} ${answer.status}`)
    return {status: answer.status, headers: {}, text: wire.tamper(url.pathname, await answer.text())}
  }
  const deps = {exchange, machine: readMachine(), now: face.clock.now, monotonic: face.clock.monotonic}
  const connection = createLongConnection(deps, 'http://127.0.0.1', identity)
  const wire: Wire = {face, connection, seen: [], app: face.app, tamper: (_path, text) => text}
  return wire
}

const beat = ({connection}: Wire) => connection({method: 'GET', path: AGENT_PATHS.heartBeat, timeoutMs: 5000})
const fetchList = ({connection}: Wire) => connection({method: 'POST', path: AGENT_PATHS.taskList, timeoutMs: 5000})

/** A heart-beat, and what it begins in the background. */
async function beatAndAgree(wire: Wire): Promise<void> {
  const agreements = () => wire.seen.filter((one) => one.startsWith('session')).length
  const before = agreements()
  await beat(wire)
  for (let turns = 0; turns < 400 && agreements() === before; turns++) await new Promise((next) => setTimeout(next, 5))
  await new Promise(setImmediate)
}

describe('a long connection', () => {
  it('signs until a key is agreed on, and never waits for that', async () => {
    const wire = await connect()
    await beatAndAgree(wire)
    await beat(wire)
    await fetchList(wire)
    expect([...wire.seen].sort()).toEqual(
      ['heart-beat both 200', 'session both 200', 'heart-beat key 200', 'list key 200'].sort(),
    )
  })

  it('signs what a restarted server would not have by the old key, and agrees on another one', async () => {
    const wire = await connect()
    await beatAndAgree(wire)
    wire.face.clock.nowMs += 6000
    wire.app = createApp(wire.face.deps, {rpc: async () => new Response('')})
    wire.seen.splice(0)
    expect((await beat(wire)).status).toBe(200)
    expect((await fetchList(wire)).status).toBe(200)
    expect(wire.seen).toEqual(['heart-beat key 200', 'list key 401', 'list both 200'])
    await beatAndAgree(wire)
    wire.seen.splice(0)
    await fetchList(wire)
    expect(wire.seen).toEqual(['list key 200'])
  })

  it('gives it up for a while where keys are refused at once, as by replicas that take turns', async () => {
    const wire = await connect()
    await beatAndAgree(wire)
    wire.app = createApp(wire.face.deps, {rpc: async () => new Response('')})
    await fetchList(wire)
    wire.seen.splice(0)
    await fetchList(wire)
    await fetchList(wire)
    expect(wire.seen).toEqual(['list both 200', 'list both 200'])
    wire.face.clock.nowMs += 600_000
    await beatAndAgree(wire)
    expect(wire.seen).toContain('session both 200')
  })

  it('has another key before the first one is over', async () => {
    const wire = await connect()
    await beatAndAgree(wire)
    wire.face.clock.nowMs += 10 * 60_000
    wire.seen.splice(0)
    await beatAndAgree(wire)
    expect(wire.seen.sort()).toEqual(['heart-beat key 200', 'session both 200'])
    wire.face.clock.nowMs += 9 * 60_000
    await beat(wire)
    expect(wire.seen.at(-1)).toBe('heart-beat key 200')
  })

  it.each<{name: string; tamper: (answer: Record<string, unknown>) => Record<string, unknown>}>([
    {name: 'the ticket', tamper: (answer) => ({...answer, ticket: 'x'})},
    {name: 'the lifetime', tamper: (answer) => ({...answer, lifetimeMs: 3_600_000})},
    {name: 'the key', tamper: (answer) => ({...answer, publicKey: Buffer.alloc(32, 9).toString('base64')})},
    {name: 'the proof', tamper: (answer) => ({...answer, proof: ''})},
    {name: 'everything', tamper: () => ({code: 200})},
  ])('goes on signing when somebody has altered $name', async ({tamper}) => {
    const wire = await connect()
    wire.tamper = (path, text) => (path === AGENT_PATHS.agree ? JSON.stringify(tamper(JSON.parse(text))) : text)
    await beatAndAgree(wire)
    wire.seen.splice(0)
    await beat(wire)
    await beat(wire)
    expect(wire.seen).toEqual(['heart-beat both 200', 'heart-beat both 200'])
  })

  it('speaks of no key to a server that never said that it knows our additions', async () => {
    const wire = await connect({assist: false})
    await beat(wire)
    await beat(wire)
    expect(wire.seen.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      'heart-beat official',
      'heart-beat official',
    ])
  })
})
