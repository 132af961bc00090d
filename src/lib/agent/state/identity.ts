import {createPrivateKey, createPublicKey, generateKeyPair, type KeyObject} from 'node:crypto'
import {existsSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {AssistError} from '../../core/errors.ts'
import {isRecord, text} from '../../core/json.ts'
import {readPrivateFile} from '../../disk/read-private-file.ts'
import {makeFolder, readSealed, seal, writeWhole} from './files.ts'
import {NAMES} from './names.ts'

const VERSION = 1

/** Who this agent is to its server. */
export interface Identity {
  instanceId: string
  /** Part of every signature, so it is kept as it was at registration. */
  machineId: string
  regionId: string
  serverUrl: string
  /** The server said that it understands our additions. */
  assist: boolean
  /** PEM of an authority to trust in addition, as given at registration. */
  authority?: string | undefined
  /** undefined: an instance of the cloud that never registered; the service knows it by where it calls from. */
  key: KeyObject | undefined
}

/** Of a machine that has registered. */
export interface RegisteredIdentity extends Identity {
  key: KeyObject
}

/** @throws AssistError('config') when there is none or it cannot be read. */
export function loadIdentity(stateDir: string): RegisteredIdentity {
  const file = join(stateDir, NAMES.identityFacts)
  try {
    const facts = decodeFacts(readSealed(file))
    const pem = readPrivateFile(keyFile(stateDir))
    if (pem === undefined) throw new Error(`there is no private key ${keyFile(stateDir)}`)
    return {...facts, key: createPrivateKey(pem)}
  } catch (cause) {
    if (cause instanceof AssistError) throw cause
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new AssistError('config', `This machine is not registered: ${file} does not exist.`, {
        hint: 'assist agent register --activation-id ID --activation-code CODE',
      })
    }
    throw new AssistError('config', `The agent's identity ${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'assist agent register --force (the old identity is then lost)',
      cause,
    })
  }
}

/** Whether there is one, readable or not: only who asks for it may lose it. */
export function hasIdentity(stateDir: string): boolean {
  return existsSync(join(stateDir, NAMES.identityFacts))
}

/** @throws Error naming what is missing. */
function decodeFacts(value: unknown): Omit<Identity, 'key'> {
  if (!isRecord(value)) throw new Error('it is no record')
  const {version = VERSION} = value
  if (version !== VERSION) throw new Error(`it is of version ${String(version)}, and this agent knows ${VERSION}`)
  const [instanceId, machineId, serverUrl] = [value.instanceId, value.machineId, value.serverUrl].map(text)
  if (!instanceId || !machineId || !serverUrl) throw new Error('it names no instance, machine or server')
  const regionId = text(value.regionId)
  const authority = text(value.authority) || undefined
  return {instanceId, machineId, regionId, serverUrl, assist: value.assist === true, authority}
}

/** A key that never leaves this machine. */
export async function createKey(): Promise<KeyObject> {
  const {privateKey} = await promisify(generateKeyPair)('rsa', {modulusLength: 2048})
  return privateKey
}

/** Base64 of the PEM text, the form a registration carries. */
export function encodePublicKey(key: KeyObject): string {
  return Buffer.from(createPublicKey(key).export({type: 'spki', format: 'pem'})).toString('base64')
}

/** The key first: an identity without its key would be of no use. */
export function saveIdentity(stateDir: string, identity: RegisteredIdentity): void {
  const {key, ...facts} = identity
  makeFolder(join(stateDir, NAMES.identity))
  writeWhole(keyFile(stateDir), key.export({type: 'pkcs8', format: 'pem'}).toString())
  writeWhole(join(stateDir, NAMES.identityFacts), seal({version: VERSION, ...facts}))
}

export function deleteIdentity(stateDir: string): void {
  rmSync(join(stateDir, NAMES.identity), {recursive: true, force: true})
}

function keyFile(stateDir: string): string {
  return join(stateDir, NAMES.privateKey)
}
