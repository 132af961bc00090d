import {AssistError} from '../core/errors.ts'
import type {Exchange} from '../core/exchange.ts'
import type {Logger} from '../core/log.ts'
import {systemClock} from '../system/clock.ts'
import {createExchange} from '../system/http.ts'
import {createKickConnect} from '../system/kick-channel.ts'
import {readMachine} from '../system/machine.ts'
import {random} from '../system/random.ts'
import {type RunningAgent, runAgent} from './agent.ts'
import {createKillPoint} from './kill-point.ts'
import type {Machine} from './machine.ts'
import {PosixStarter} from './process/start.posix.ts'
import {createWindowsStart} from './process/start.windows.ts'
import {openStateFolder} from './state/files.ts'
import {type Identity, loadIdentity} from './state/identity.ts'
import {takeLock} from './state/lock.ts'
import {type AgentStatus, readStatus} from './status.ts'
import {createConnection, parseServerUrl} from './talk/connection.ts'
import {deregister, type Registration, register} from './talk/register.ts'

export type {AgentStatus, RunningAgent}

export interface AgentOptions {
  stateDir: string
  server: {url: string; caFile?: string | undefined; proxy?: string | undefined}
  log: Logger
  /** Scripts at once; 10 unless given. */
  maxRunning?: number | undefined
}

const DEFAULT_MAX_RUNNING = 10

/** Starts the agent of a registered machine. @throws AssistError('config') when it isn't registered or the folder is in use. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const {stateDir, server, log} = options
  const {machine, exchange, release} = open(options)
  try {
    const identity = loadIdentity(stateDir)
    const agent = await runAgent({
      ...{stateDir, log, machine, exchange, identity, random, clock: systemClock},
      serverUrl: server.url,
      connectKick: createKickConnect({caFile: server.caFile}),
      ...starterFor(machine),
      killPoint: createKillPoint(process.env.ASSIST_KILL_AT),
      maxRunning: options.maxRunning ?? DEFAULT_MAX_RUNNING,
      onDeregister: () => void obeyDeregister(),
    })
    log.info('agent started', {instance: identity.instanceId, pid: process.pid})
    void agent.stopped.then(() => {
      exchange.close()
      release()
    })
    return agent

    async function obeyDeregister(): Promise<void> {
      log.warn('the server asks this machine to deregister')
      await agent.stop()
      const connection = createConnection({exchange, machine, now: systemClock.now}, server.url, identity)
      await deregister({stateDir, connection}, true)
    }
  } catch (error) {
    release()
    throw error
  }
}

/** @throws AssistError: config (registered already, folder in use), refused, unreachable. */
export async function registerAgent(options: AgentOptions & Registration): Promise<{instanceId: string}> {
  const {stateDir, server} = options
  const {machine, exchange, release} = open(options)
  try {
    const connection = createConnection({exchange, machine, now: systemClock.now}, server.url, undefined)
    const {instanceId} = await register({stateDir, serverUrl: server.url, connection, machine}, options)
    options.log.info('registered', {instance: instanceId})
    return {instanceId}
  } finally {
    exchange.close()
    release()
  }
}

/** @throws AssistError: config (not registered, agent still running), refused, unreachable; the last two not with `force`. */
export async function deregisterAgent(options: AgentOptions & {force?: boolean | undefined}): Promise<void> {
  const {stateDir, server} = options
  const {machine, exchange, release} = open(options)
  try {
    const identity: Identity = loadIdentity(stateDir)
    const connection = createConnection({exchange, machine, now: systemClock.now}, server.url, identity)
    await deregister({stateDir, connection}, options.force ?? false)
  } finally {
    exchange.close()
    release()
  }
}

/** Reads only; the agent may run or not. */
export async function readAgentStatus(stateDir: string): Promise<AgentStatus> {
  const {bootId, zone} = readMachine()
  return readStatus(stateDir, {bootId, zone, nowMs: systemClock.now()})
}

function starterFor(machine: Machine): Pick<Parameters<typeof runAgent>[0], 'startProcess' | 'warming'> {
  if (machine.platform === 'win32') return {startProcess: createWindowsStart(), warming: undefined}
  const starter = new PosixStarter(systemClock)
  return {startProcess: (request) => starter.start(request), warming: starter}
}

/** What all of them need: a folder of ours, nobody else in it, and a way to the server. */
function open(options: AgentOptions): {machine: Machine; exchange: Exchange & {close(): void}; release(): void} {
  const {stateDir, server} = options
  if (server.proxy !== undefined) throw new AssistError('config', 'The agent cannot use a proxy yet.')
  parseServerUrl(server.url)
  const machine: Machine = readMachine()
  const exchange = createExchange({caFile: server.caFile})
  openStateFolder(stateDir)
  return {machine, exchange, release: takeLock(stateDir, machine.bootId, server.url)}
}
