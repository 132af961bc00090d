import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {isCloud} from '../../protocol/agent/hosts.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {decodeRegisterResponse, type RegisterRequest} from '../../protocol/agent/register.ts'
import {agentVersion, type Machine, osType} from '../machine.ts'
import {
  createKey,
  deleteIdentity,
  encodePublicKey,
  hasIdentity,
  type RegisteredIdentity,
  saveIdentity,
} from '../state/identity.ts'
import {OF_TASKS} from '../state/names.ts'
import type {Answer, Connection} from './connection.ts'

export interface Registration {
  activationId: string
  activationCode: string
  regionId: string
  name?: string | undefined
  tags?: Array<{key: string; value: string}> | undefined
  /** Give an existing identity up. */
  force?: boolean | undefined
}

const TIMEOUT_MS = 5000

/**
 * Makes a key and has the server know it. An existing identity is only replaced when asked to, and then only once the server has
 * accepted the new one. @returns also the name that the server gave it, where it tells.
 * @throws AssistError: config (registered already), refused, unreachable.
 */
export async function register(
  deps: {
    stateDir: string
    serverUrl: string
    connection: Connection
    machine: Machine
    /** Kept, so that the agent trusts who the registration trusted. */
    authority?: string | undefined
  },
  registration: Registration,
): Promise<{identity: RegisteredIdentity; name: string | undefined}> {
  const {stateDir, serverUrl, machine, authority} = deps
  if (!registration.force && hasIdentity(stateDir)) {
    throw new AssistError('config', `This machine is registered already (${stateDir}).`, {
      hint: 'assist agent register --force gives the old identity up.',
    })
  }
  const key = await createKey()
  const request: RegisterRequest = {
    activationCode: registration.activationCode,
    machineId: machine.machineId,
    regionId: registration.regionId,
    instanceName: registration.name ?? machine.hostname,
    hostname: machine.hostname,
    intranetIp: machine.intranetIp,
    osVersion: machine.osVersion,
    osType: osType(machine.platform),
    agentVersion: agentVersion(machine),
    publicKey: encodePublicKey(key),
    activationId: registration.activationId,
    tag: registration.tags ?? [],
    ...(!isCloud(serverUrl) && {assistSignature: true}),
  }
  const answer = await ask(deps.connection, AGENT_PATHS.register, request)
  const {code, instanceId, instanceName, message, assist} = decodeRegisterResponse(answer.text)
  if (answer.status >= 300 || code !== 200 || !isInstanceId(instanceId)) {
    throw new AssistError(
      'refused',
      `The server refused the registration: ${quote(message ?? `status ${answer.status}`)}`,
      {
        hint: 'Check the activation: it may be used up, expired or disabled.',
      },
    )
  }
  const identity = {
    instanceId,
    machineId: machine.machineId,
    regionId: registration.regionId,
    serverUrl,
    assist: assist === true,
    authority,
    key,
  }
  forgetTasks(stateDir)
  saveIdentity(stateDir, identity)
  return {identity, name: instanceName}
}

/** Ends the registration at the server, then here. `force`: here even when the server cannot be reached or knows nothing of us. */
export async function deregister(deps: {stateDir: string; connection: Connection}, force: boolean): Promise<void> {
  try {
    const answer = await ask(deps.connection, AGENT_PATHS.deregister, undefined)
    if (answer.status >= 300 || decodeRegisterResponse(answer.text).code !== 200) {
      throw new AssistError('refused', `The server refused to deregister this machine (status ${answer.status}).`, {
        hint: 'assist agent deregister --force forgets the identity on this machine alone.',
      })
    }
  } catch (error) {
    if (!force) throw error
  }
  forgetTasks(deps.stateDir)
  deleteIdentity(deps.stateDir)
}

async function ask(connection: Connection, path: string, json: unknown): Promise<Answer> {
  try {
    return await connection({method: 'POST', path, json, timeoutMs: TIMEOUT_MS})
  } catch (cause) {
    throw new AssistError('unreachable', `The server could not be reached: ${(cause as Error).message}`, {cause})
  }
}

function isInstanceId(id: string | undefined): id is string {
  return id !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(id)
}

/** Tasks belong to the old identity; a new one must neither run nor report them. */
function forgetTasks(stateDir: string): void {
  for (const name of OF_TASKS) {
    rmSync(join(stateDir, name), {recursive: true, force: true})
  }
}
