import {rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import type {Logger} from '../core/log.ts'
import {chooseAgentProxy} from '../net/choose-proxy.ts'
import {readAuthority} from '../net/trust.ts'
import {systemClock} from '../system/clock.ts'
import {createExchange} from '../system/http.ts'
import {createKickConnect} from '../system/kick-channel.ts'
import {readMachine} from '../system/machine.ts'
import {createNetwork, type Network} from '../system/network.ts'
import {random} from '../system/random.ts'
import {type RunningAgent, runAgent} from './agent.ts'
import {createKillPoint} from './kill-point.ts'
import type {Machine} from './machine.ts'
import {openJobs} from './process/job.windows.ts'
import {createPower, type Power} from './process/power.ts'
import {PosixStarter} from './process/start.posix.ts'
import {createWindowsStart} from './process/start.windows.ts'
import {slotsFor} from './slots.ts'
import {settleBootId} from './state/boot.ts'
import {openStateFolder} from './state/files.ts'
import {hasIdentity, type Identity, loadIdentity} from './state/identity.ts'
import {lockStateFolder, type SpareFolder, type StateLock} from './state/lock.ts'
import {findSpareFolder, openSpareFolder} from './state/spare.ts'
import {type AgentStatus, readStatus} from './status.ts'
import {chooseServer} from './talk/choose-server.ts'
import {createConnection, parseServerUrl} from './talk/connection.ts'
import {type EcsInstance, findEcsInstance} from './talk/metadata.ts'
import {deregister, type Registration, register} from './talk/register.ts'

export type {AgentStatus, RunningAgent}

type Environment = Readonly<Record<string, string | undefined>>

export interface AgentOptions {
  stateDir: string
  server: {
    url: string
    /** Trusted in addition; absent: the file that the environment names, else what was kept at registration. */
    caFile?: string | undefined
  }
  /** Where ALIYUN_ASSIST_CERT_PATH, ALIYUN_ASSIST_PROXY, HTTPS_PROXY and NO_PROXY are read; absent: none of them. */
  environment?: Environment | undefined
  log: Logger
  /** Scripts at once; by the size of the machine unless given. */
  maxRunning?: number | undefined
  /** Who this machine is to the cloud, should it not be registered. */
  ecs?: EcsInstance | undefined
  /** Turns the machine off, or has it boot, when a script asks for it by its exit code; absent: none may. */
  power?: Power | undefined
  /** Folders, best in memory, where the agent may keep what its disk takes no more, the best first; absent: those of the system. */
  spareRoots?: readonly string[] | undefined
}

/** Starts the agent of a machine that is registered, or else an instance of the cloud. @throws AssistError('config') when it is neither or the folder is in use. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const {stateDir, server, log} = options
  const spare = spareOf(options)
  const {machine, lock} = open(options, spare)
  const {release} = lock
  try {
    const identity = identityOf(options, machine)
    const network = networkFor(options, givenAuthority(options) ?? identity.authority)
    const exchange = createExchange(network)
    const serverUrl = await chooseServer(exchange, server.url)
    const agent = await runAgent({
      ...{stateDir, log, machine, exchange, identity, random, clock: systemClock},
      ...{serverUrl, lock, spare, power: options.power},
      connectKick: createKickConnect(network),
      ...starterFor(machine),
      killPoint: createKillPoint(process.env.ASSIST_KILL_AT),
      maxRunning: options.maxRunning ?? slotsFor(machine),
      onDeregister: () => void obeyDeregister(),
    })
    log.info('agent started', {instance: identity.instanceId, pid: process.pid})
    // A script that goes on is still reported by this process, and only by it: a second agent would take its run for abandoned.
    void agent.ended.then(() => {
      network.close()
      release()
    })
    return agent

    async function obeyDeregister(): Promise<void> {
      log.warn('the server asks this machine to deregister')
      await agent.stop()
      const connection = createConnection({exchange, machine, now: systemClock.now}, serverUrl, identity)
      await deregister({stateDir, connection}, true)
    }
  } catch (error) {
    release()
    throw error
  }
}

/** @throws AssistError: config (registered already, folder in use), refused, unreachable. */
export async function registerAgent(
  options: AgentOptions & Registration,
): Promise<{instanceId: string; name: string | undefined}> {
  const {stateDir, server} = options
  const authority = givenAuthority(options)
  const network = networkFor(options, authority)
  const {machine, lock} = open(options, onlyFind(spareOf(options)))
  try {
    const deps = {exchange: createExchange(network), machine, now: systemClock.now}
    const connection = createConnection(deps, server.url, undefined)
    const place = {stateDir, serverUrl: server.url, connection, machine, authority}
    const {identity, name} = await register(place, options)
    const {instanceId} = identity
    forgetSpare(options)
    options.log.info('registered', {instance: instanceId})
    return {instanceId, name}
  } finally {
    network.close()
    lock.release()
  }
}

/** @throws AssistError: config (not registered, agent still running), refused, unreachable; the last two not with `force`. */
export async function deregisterAgent(options: AgentOptions & {force?: boolean | undefined}): Promise<void> {
  const {stateDir, server} = options
  const {machine, lock} = open(options, onlyFind(spareOf(options)))
  try {
    const identity: Identity = loadIdentity(stateDir)
    const network = networkFor(options, givenAuthority(options) ?? identity.authority)
    const deps = {exchange: createExchange(network), machine, now: systemClock.now}
    const connection = createConnection(deps, await chooseServer(deps.exchange, server.url), identity)
    await deregister({stateDir, connection}, options.force ?? false).finally(network.close)
    forgetSpare(options)
  } finally {
    lock.release()
  }
}

/**
 * Who this machine is to the cloud, asked of its metadata, past any proxy; undefined: it is no instance of it.
 * ASSIST_METADATA_URL names another address.
 */
export async function findEcs(environment: Environment): Promise<EcsInstance | undefined> {
  const network = createNetwork({authority: undefined, proxyFor: () => undefined})
  const exchange = createExchange(network)
  return findEcsInstance(exchange, environment['ASSIST_METADATA_URL'] || undefined).finally(network.close)
}

/** The machine itself. */
export function systemPower(): Power {
  return createPower(process.platform)
}

/** Reads only; the agent may run or not. */
export async function readAgentStatus(stateDir: string): Promise<AgentStatus> {
  const {bootId, zone} = machineOf(stateDir)
  const spareDir = findSpareFolder(systemSpareRoots(), stateDir)
  return readStatus(stateDir, {bootId, zone, nowMs: systemClock.now(), spareDir})
}

function starterFor(machine: Machine): Pick<Parameters<typeof runAgent>[0], 'startProcess' | 'warming'> {
  if (machine.platform === 'win32') return {startProcess: createWindowsStart(openJobs()), warming: undefined}
  const starter = new PosixStarter(systemClock)
  return {startProcess: (request) => starter.start(request), warming: starter}
}

/** What all of them need: a folder of ours, and nobody else in it. */
function open({stateDir, server}: AgentOptions, spare: SpareFolder): {machine: Machine; lock: StateLock} {
  parseServerUrl(server.url)
  openStateFolder(stateDir)
  const machine: Machine = machineOf(stateDir)
  return {machine, lock: lockStateFolder(stateDir, {bootId: machine.bootId, serverUrl: server.url}, spare)}
}

/** The cloud knows none of our additions. @throws AssistError('config') when there is none */
function identityOf({stateDir, ecs, server}: AgentOptions, {machineId}: Machine): Identity {
  if (ecs === undefined || hasIdentity(stateDir)) return loadIdentity(stateDir)
  return {...ecs, machineId, serverUrl: server.url, assist: false, authority: undefined, key: undefined}
}

function machineOf(stateDir: string): Machine {
  const machine: Machine = readMachine()
  return {...machine, bootId: settleBootId(stateDir, machine.bootId)}
}

function spareOf({stateDir, spareRoots = systemSpareRoots()}: AgentOptions): SpareFolder {
  return {find: () => findSpareFolder(spareRoots, stateDir), open: () => openSpareFolder(spareRoots, stateDir)}
}

/** Tasks there belong to the identity that has gone, as those in the agent's folder do. */
function forgetSpare(options: AgentOptions): void {
  const left = spareOf(options).find()
  if (left !== undefined) rmSync(left, {recursive: true, force: true})
}

/** Who keeps or forgets an identity needs the disk itself. */
function onlyFind({find}: SpareFolder): SpareFolder {
  return {find}
}

/** Windows has neither FIFOs nor a folder in memory. */
function systemSpareRoots(): string[] {
  if (process.platform === 'win32') return []
  const ofThisUser = process.getuid?.() === 0 ? '/run' : process.env.XDG_RUNTIME_DIR
  return [ofThisUser, '/dev/shm', tmpdir()].filter((path) => path !== undefined && path !== '') as string[]
}

/** The authority that this command was told to trust; undefined: none. @throws AssistError('config') when it cannot be read. */
function givenAuthority({server, environment}: AgentOptions): string | undefined {
  const file = server.caFile ?? environment?.['ALIYUN_ASSIST_CERT_PATH']
  return file ? readAuthority(file) : undefined
}

/** The way to the server. @throws AssistError('config') when the proxy cannot be read. */
function networkFor({environment = {}, server}: AgentOptions, authority: string | undefined): Network {
  chooseAgentProxy(environment, server.url)
  return createNetwork({authority, proxyFor: (url) => chooseAgentProxy(environment, url.href)})
}
