import {findPaths} from '../../../config/paths.ts'
import {readSettings} from '../../../config/read-settings.ts'
import type {LocalSettings, RemoteSettings} from '../../../config/settings.ts'
import {AssistError} from '../../core/errors.ts'

import {createEcsClient, type EcsClient, type EcsClientOptions} from '../../ecs/client.ts'
import {createKeys} from '../../ecs/credentials/create-keys.ts'
import {chooseProxy} from '../../net/choose-proxy.ts'
import {ecsHost} from '../../protocol/ecs/endpoints.ts'
import {systemClock} from '../../system/clock.ts'
import {random, randomBytes} from '../../system/random.ts'
import type {ConnectionFlagValues} from '../flags/common.ts'
import {localFiles} from '../plane/files.ts'
import {type LocalPlane, readLocalKey, readLocalPlane} from '../plane/state.ts'

export interface Connection {
  ecs: EcsClient
  profile: string
  region: string
  /** The instance that runs on this machine; what `run` takes without a target. Only with the profile `local`. */
  localInstanceId: string | undefined
  /** PEM file that is trusted in addition; whoever joins this control plane needs it too. */
  caFile?: string | undefined
  /** The form of output that the profile asks for. */
  output?: string | undefined
}

export interface ConnectInput {
  flags: ConnectionFlagValues
  environment: NodeJS.ProcessEnv
  notice(text: string): void
  debug: ((text: string) => void) | undefined
  /** Hears of each try of each call before it is sent, from 1 on. */
  onTry?: ((attempt: number) => void) | undefined
  /** Of this package; named to the service. */
  version: string
  /** bin/run.js of this package, to start the local control plane with. */
  program: string
}

/**
 * Makes the client for what flags, environment and profiles choose. Sends nothing, except to the metadata of an ECS instance that was told
 * no region; starts the local control plane when it is asked for and not there.
 * @throws AssistError
 */
export async function connect(input: ConnectInput): Promise<Connection> {
  const {settings, explanation} = readSettings(input.flags, input.environment)
  for (const warning of explanation.warnings) input.notice(warning)
  return settings.local ? connectLocal(settings, input) : connectRemote(settings, input)
}

async function connectRemote(settings: RemoteSettings, input: ConnectInput): Promise<Connection> {
  const region = settings.region ?? (await regionOfInstance())
  const endpoint = settings.endpoint ?? `https://${ecsHost(region, settings.network)}`
  const proxy = chooseProxy(input.environment, endpoint)
  const keys = createKeys(settings.credentials, {
    clock: systemClock,
    userAgent: userAgent(input),
    proxy,
    environment: input.environment,
    externalDisabled: settings.externalDisabled,
  })
  const authority = settings.caFile === undefined ? undefined : await authorityIn(settings.caFile)
  const ecs = createEcsClient({...clientOptions(input), region, endpoint, proxy, authority, keys})
  return {
    ecs,
    profile: settings.profile,
    region,
    localInstanceId: undefined,
    caFile: settings.caFile,
    output: settings.output,
  }
}

async function authorityIn(file: string): Promise<string> {
  const {readAuthority} = await import('../../net/trust.ts')
  return readAuthority(file)
}

async function regionOfInstance(): Promise<string> {
  const {fetchInstanceRegion} = await import('../../ecs/credentials/instance-metadata.ts')
  return fetchInstanceRegion()
}

async function connectLocal(settings: LocalSettings, input: ConnectInput): Promise<Connection> {
  const files = localFiles(findPaths(input.environment))
  const start = async (): Promise<LocalPlane> => {
    const running = readLocalPlane(files)
    if (running) return running
    const {ensureLocalPlane} = await import('../plane/start.ts')
    return ensureLocalPlane(files, {...input, clock: systemClock})
  }
  const clientOf = (plane: LocalPlane): EcsClient => {
    const key = readLocalKey(files)
    if (!key) {
      throw new AssistError('config', `${files.keyFile}: the key of the local control plane is missing or unreadable`, {
        hint: 'Run: assist local reset',
      })
    }
    const options = {
      ...clientOptions(input),
      region: settings.region,
      endpoint: plane.url,
      isOurs: true,
      refusalIsFinal: true,
    }
    return createEcsClient({...options, keys: async () => key})
  }
  const plane = await start()
  return {
    ecs: restarting(clientOf(plane), async () => clientOf(await start())),
    profile: settings.profile,
    region: settings.region,
    localInstanceId: plane.instanceId,
    output: settings.output,
  }
}

/**
 * A plane that stopped between our look and our first call is started again, once: its address has changed. One that has answered and then
 * is gone was put down by somebody, and stays down.
 */
function restarting(first: EcsClient, restart: () => Promise<EcsClient>): EcsClient {
  let current = first
  let mayRestart = true
  return {
    region: first.region,
    get endpoint() {
      return current.endpoint
    },
    get isOurs() {
      return current.isOurs
    },
    call: async (action, parameters, options) => {
      try {
        const answer = await current.call(action, parameters, options)
        mayRestart = false
        return answer
      } catch (error) {
        const {cause} = error as {cause?: {code?: unknown}}
        if (!(error instanceof AssistError) || cause?.code !== 'ECONNREFUSED') throw error
        if (!mayRestart) throw wentDown(error)
        mayRestart = false
        current = await restart()
        return current.call(action, parameters, options)
      }
    },
  }
}

function wentDown(cause: AssistError): AssistError {
  return new AssistError('stopped', 'the local control plane was put down meanwhile', {
    hint: 'See what came of it: assist local up, then assist results --profile local',
    cause,
  })
}

function clientOptions(input: ConnectInput): Omit<EcsClientOptions, 'region' | 'endpoint' | 'keys'> {
  return {
    clock: systemClock,
    random,
    randomBytes,
    userAgent: userAgent(input),
    timeoutMs: input.flags.timeout === undefined ? undefined : Number(input.flags.timeout),
    debug: input.debug,
    onTry: input.onTry,
    ...tryLimits(input.flags),
  }
}

const ANSWER_SEC = 15

function tryLimits(flags: ConnectionFlagValues): {tryMs?: number; mostTries?: number} {
  const {'read-timeout': read, 'connect-timeout': open, 'retry-count': repeats} = flags
  return {
    ...((read !== undefined || open !== undefined) && {tryMs: (Number(open ?? 0) + Number(read ?? ANSWER_SEC)) * 1000}),
    ...(repeats !== undefined && {mostTries: Number(repeats) + 1}),
  }
}

function userAgent({version}: ConnectInput): string {
  return `assist/${version}`
}
