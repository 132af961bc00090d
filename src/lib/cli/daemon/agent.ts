import {join, resolve} from 'node:path'
import {findPaths} from '../../../config/paths.ts'
import {
  type AgentStatus,
  deregisterAgent,
  findEcs,
  readAgentStatus,
  registerAgent,
  startAgent,
  systemPower,
} from '../../agent/main.ts'
import {AssistError} from '../../core/errors.ts'
import type {Logger} from '../../core/log.ts'
import {quote} from '../../core/quote.ts'
import {type NetworkMode, registrationUrl, serverInEnvironment} from '../../protocol/agent/hosts.ts'
import {closeInherited} from '../../system/inherited.ts'
import {createLogger} from '../../system/log.ts'
import {untilSignal} from '../terminal/until-signal.ts'

const SILENT: Logger = {info: () => {}, warn: () => {}, error: () => {}}

export interface AgentPlace {
  stateDir: string | undefined
  environment: NodeJS.ProcessEnv
}

/** Where this agent keeps itself: as told, else one folder for the machine (root), else one of this person. */
export function agentFolder({stateDir, environment}: AgentPlace): string {
  if (stateDir !== undefined) return resolve(stateDir)
  const isRoot = process.getuid?.() === 0
  if (isRoot && !environment['ASSIST_HOME']) return '/var/lib/assist/agent'
  return join(findPaths(environment).stateFolder, 'agent')
}

export interface RegisterInput {
  activationId: string
  activationCode: string
  region: string
  server: string | undefined
  /** Where no server is given: which host of the cloud. */
  networkMode: NetworkMode
  caFile: string | undefined
  name: string | undefined
  tags: ReadonlyArray<{key: string; value: string}>
  force: boolean
}

export interface RegisteredHere {
  instanceId: string
  /** What the server calls it; undefined where it does not tell. */
  name: string | undefined
  server: string
  stateDir: string
}

/** Makes this machine a managed instance. @throws AssistError */
export async function registerHere(place: AgentPlace, input: RegisterInput): Promise<RegisteredHere> {
  const stateDir = agentFolder(place)
  const server = input.server ?? serverInEnvironment(place.environment) ?? cloudServer(input)
  const {instanceId, name} = await registerAgent({
    stateDir,
    server: {url: server, caFile: input.caFile},
    log: SILENT,
    environment: place.environment,
    activationId: input.activationId,
    activationCode: input.activationCode,
    regionId: input.region,
    name: input.name,
    tags: [...input.tags],
    force: input.force,
  })
  return {instanceId, name, server, stateDir}
}

export interface StartInput {
  server: string | undefined
  caFile: string | undefined
  logFile: string | undefined
  maxRunning: number | undefined
  online(instanceId: string): void
}

/** The agent in the foreground until it is told to stop, or sent away. @throws AssistError (config) */
export async function startHere(place: AgentPlace, input: StartInput): Promise<void> {
  closeInherited(place.environment)
  const stateDir = agentFolder(place)
  const log = createLogger(input.logFile === undefined ? {} : {file: resolve(input.logFile)})
  const {instanceId} = await readAgentStatus(stateDir)
  const ecs = instanceId === undefined ? await findEcs(place.environment) : undefined
  const given = input.server ?? serverInEnvironment(place.environment)
  const url = given ?? (ecs && registrationUrl(ecs.regionId, 'vpc')) ?? (await registeredServer(stateDir))
  const stop = untilSignal()
  try {
    const agent = await startAgent({
      ...{stateDir, ecs, log},
      server: {url, caFile: input.caFile},
      environment: place.environment,
      maxRunning: input.maxRunning,
      power: systemPower(),
    })
    void agent.online.then(() => input.online(agent.instanceId)).catch(() => {})
    stop.signal.addEventListener('abort', () => void agent.stop(), {once: true})
    if (stop.signal.aborted) void agent.stop()
    await agent.stopped
  } finally {
    stop.release()
  }
}

export async function statusHere(place: AgentPlace): Promise<AgentStatus & {stateDir: string}> {
  const stateDir = agentFolder(place)
  return {...(await readAgentStatus(stateDir)), stateDir}
}

/** @throws AssistError */
export async function deregisterHere(
  place: AgentPlace,
  input: {server: string | undefined; caFile: string | undefined; force: boolean},
): Promise<{instanceId: string | undefined}> {
  const stateDir = agentFolder(place)
  const {instanceId} = await readAgentStatus(stateDir)
  const url = input.server ?? serverInEnvironment(place.environment) ?? (await registeredServer(stateDir))
  const server = {url, caFile: input.caFile}
  await deregisterAgent({stateDir, server, environment: place.environment, log: SILENT, force: input.force})
  return {instanceId}
}

/** @throws AssistError (usage) when the region cannot be part of a host name. */
function cloudServer({region, networkMode}: RegisterInput): string {
  if (/^[a-z0-9-]{1,63}$/i.test(region)) return registrationUrl(region, networkMode)
  throw new AssistError('usage', `--region ${quote(region)} names no region of the cloud`, {
    hint: 'For a control plane of your own add: --server https://HOST:PORT',
  })
}

async function registeredServer(stateDir: string): Promise<string> {
  const {serverUrl} = await readAgentStatus(stateDir)
  if (serverUrl !== undefined) return serverUrl
  throw new AssistError('config', `this machine is not registered: there is no identity in ${stateDir}`, {
    hint: 'Run: assist agent register --activation-id ID --region REGION',
  })
}
