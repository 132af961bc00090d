// Simulated agents: they register, connect, fetch, sign and report with the code of the real one, but run nothing.
import {generateKeyPairSync, type KeyObject} from 'node:crypto'
import {Agent} from 'node:http'
import {agentVersion, type Machine, osType} from '../../src/lib/agent/machine.ts'
import {encodePublicKey, type Identity} from '../../src/lib/agent/state/identity.ts'
import {type Connection, createLongConnection, kickTarget} from '../../src/lib/agent/talk/connection.ts'
import {listen} from '../../src/lib/agent/talk/kick.ts'
import {createSendReport} from '../../src/lib/agent/talk/report.ts'
import type {Exchange} from '../../src/lib/core/exchange.ts'
import type {Logger} from '../../src/lib/core/log.ts'
import {decodeSpread} from '../../src/lib/protocol/agent/heart-beat.ts'
import {AGENT_PATHS} from '../../src/lib/protocol/agent/paths.ts'
import {systemClock} from '../../src/lib/system/clock.ts'
import {createKickConnect} from '../../src/lib/system/kick-channel.ts'
import {readMachine} from '../../src/lib/system/machine.ts'
import type {Network} from '../../src/lib/system/network.ts'
import {inParallel, serveParent} from './told.ts'
import {Wire} from './wire.ts'

const AT_ONCE = 64
/** What a script of the benchmark prints. */
const OUTPUT = Buffer.from('123\n')
/** Making a pair takes a tenth of a second, so the agents share a few. */
const KEYS = Array.from({length: 4}, () => generateKeyPairSync('rsa', {modulusLength: 2048}).privateKey)

const machine: Machine = readMachine()
/** Each real agent has sockets of its own. */
const socketsOfAll = new Agent({keepAlive: false})
const network: Network = {to: async () => ({agent: socketsOfAll}), close: () => socketsOfAll.destroy()}
const connectKick = createKickConnect(network)
const counts = {offers: 0, repeats: 0, fetches: 0, handshakeTimeouts: 0, failedTries: 0, failedRequests: 0}
const agents: SimulatedAgent[] = []
let wire = new Wire('http://127.0.0.1:1')
let serverUrl = ''

const exchange: Exchange = async ({method, url, headers, body}) => {
  const answer = await wire.ask(method, url.pathname + url.search, headers, body)
  return {...answer, headers: {}}
}

class SimulatedAgent {
  readonly identity: Identity
  readonly #connection: Connection
  readonly #report: ReturnType<typeof createSendReport>
  readonly #seen = new Set<string>()
  #spreadMs = 1000
  #isFetching = false
  #isCalled = false
  isOpen = false
  onOpen: (() => void) | undefined

  constructor(identity: Identity) {
    this.identity = identity
    const deps = {exchange, machine, now: Date.now, monotonic: () => performance.now()}
    this.#connection = createLongConnection(deps, serverUrl, identity)
    this.#report = createSendReport(this.#connection, {assist: true, wallOf: () => ({})})
  }

  async beat(): Promise<void> {
    const query = new URLSearchParams({
      uptime: '1',
      timestamp: String(Date.now()),
      pid: '1',
      process_uptime: '1',
      index: '1',
      seq_no: '1',
    })
    const {status, text} = await this.#connection({
      method: 'GET',
      path: AGENT_PATHS.heartBeat,
      query,
      timeoutMs: 60_000,
    })
    if (status !== 200) throw new Error(`heart-beat: ${status} ${text}`)
    this.#spreadMs = decodeSpread(JSON.parse(text).reconnectSpreadMs) ?? this.#spreadMs
  }

  listen(): void {
    void listen(
      {
        connect: (request) => {
          let wasOpen = false
          const opened = {
            ...request,
            onOpen: () => {
              wasOpen = true
              request.onOpen()
            },
          }
          return connectKick(opened).then((closed) => {
            if (wasOpen) this.isOpen = false
            else if (closed.reason.includes('timed out')) counts.handshakeTimeouts++
            else counts.failedTries++
            return closed
          })
        },
        target: () => kickTarget({machine, now: Date.now}, serverUrl, this.identity),
        clock: systemClock,
        random: Math.random,
        log: SILENT,
        onOpen: () => {
          this.isOpen = true
          this.onOpen?.()
          this.fetch()
        },
        reconnectSpreadMs: () => this.#spreadMs,
        onRival: () => {},
        onFailed: () => {},
        onFetch: () => this.fetch(),
        onSession: () => {},
        onDeregister: () => {},
      },
      new AbortController().signal,
    )
  }

  /** One question at a time, and one more after something called for it meanwhile, as the agent does. */
  fetch(): void {
    this.#isCalled = true
    if (this.#isFetching) return
    this.#isFetching = true
    void this.#fetchWhileCalled().finally(() => {
      this.#isFetching = false
    })
  }

  async #fetchWhileCalled(): Promise<void> {
    while (this.#isCalled) {
      this.#isCalled = false
      counts.fetches++
      const query = new URLSearchParams({
        reason: 'kickoff',
        currentTime: String(Date.now()),
        offset: '0',
        timeZone: 'UTC',
      })
      const answer = await this.#connection({
        method: 'POST',
        path: AGENT_PATHS.taskList,
        query,
        timeoutMs: 60_000,
      }).catch(() => undefined)
      if (answer?.status !== 200) {
        counts.failedRequests++
        await systemClock.sleep(200)
        this.#isCalled = true
        continue
      }
      for (const item of JSON.parse(answer.text).run as Array<{task: {taskID: string}}>)
        void this.#run(item.task.taskID)
    }
  }

  async #run(taskId: string): Promise<void> {
    counts.offers++
    if (this.#seen.has(taskId)) {
      counts.repeats++
      return
    }
    this.#seen.add(taskId)
    const startMs = Date.now()
    const base = {taskId, invokeVersion: 0, startMs, offset: 0}
    await this.#tell(() => this.#report({kind: 'running', ...base}, new Uint8Array()))
    await this.#tell(() => this.#report({kind: 'finish', ...base, endMs: Date.now(), exitCode: 0, dropped: 0}, OUTPUT))
  }

  async #tell(send: () => Promise<string>): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      if ((await send()) === 'taken') return
      counts.failedRequests++
      await systemClock.sleep(500)
    }
  }
}

const SILENT: Logger = {info: () => {}, warn: () => {}, error: () => {}}

async function register(activation: {id: string; code: string}, key: KeyObject, number: number): Promise<Identity> {
  const body = Buffer.from(
    JSON.stringify({
      activationCode: activation.code,
      activationId: activation.id,
      machineId: machine.machineId,
      regionId: 'local',
      instanceName: `simulated-${number}`,
      hostname: machine.hostname,
      intranetIp: '10.0.0.1',
      osVersion: machine.osVersion,
      osType: osType(machine.platform),
      agentVersion: agentVersion(machine),
      publicKey: encodePublicKey(key),
      tag: [],
      assistSignature: true,
    }),
  )
  const answer = await wire.ask('POST', AGENT_PATHS.register, {'content-type': 'application/json'}, body)
  if (answer.status !== 200) throw new Error(`registration: ${answer.status} ${answer.text}`)
  const {instanceId} = JSON.parse(answer.text) as {instanceId: string}
  return {instanceId, machineId: machine.machineId, regionId: 'local', serverUrl, assist: true, key}
}

serveParent({
  register: async ({url, count, activation}: {url: string; count: number; activation: {id: string; code: string}}) => {
    serverUrl = url
    wire = new Wire(url)
    const began = performance.now()
    const fresh: SimulatedAgent[] = []
    await inParallel(
      Array.from({length: count}, (_, index) => index),
      AT_ONCE,
      async (index) => {
        fresh.push(
          new SimulatedAgent(await register(activation, KEYS[index % KEYS.length] as KeyObject, agents.length + index)),
        )
      },
    )
    agents.push(...fresh)
    return {ms: performance.now() - began, ids: fresh.map(({identity}) => identity.instanceId)}
  },
  /** Opens the kick channels of all that have none yet. */
  connect: async () => {
    const began = performance.now()
    await inParallel(
      agents.filter(({onOpen}) => onOpen === undefined),
      AT_ONCE,
      (agent) =>
        new Promise<void>((resolve) => {
          agent.onOpen = resolve
          agent.listen()
        }),
    )
    return {ms: performance.now() - began}
  },
  beat: async ({rounds}: {rounds: number}) => {
    for (let round = 0; round < rounds; round++) await inParallel(agents, AT_ONCE, (agent) => agent.beat())
    return {beats: rounds * agents.length}
  },
  /** From the moment that none is connected until all are. */
  reconnected: async () => {
    while (agents.some(({isOpen}) => isOpen)) await systemClock.sleep(20)
    const began = performance.now()
    counts.handshakeTimeouts = 0
    while (agents.some(({isOpen}) => !isOpen) && performance.now() - began < 120_000) await systemClock.sleep(20)
    return {ms: performance.now() - began, missing: agents.filter(({isOpen}) => !isOpen).length}
  },
  counts: () => counts,
})
