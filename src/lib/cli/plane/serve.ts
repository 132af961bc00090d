import {existsSync, readFileSync, rmSync} from 'node:fs'
import type {RunningAgent} from '../../agent/main.ts'
import type {Clock} from '../../core/clock.ts'
import {AssistError} from '../../core/errors.ts'
import {createId, type RandomBytes} from '../../core/ids.ts'
import type {Logger} from '../../core/log.ts'
import {takeLock} from '../../disk/lock.ts'
import {makePrivateFolder} from '../../disk/private-folder.ts'
import {markOf} from '../../disk/process-mark.ts'
import {writePrivateFile} from '../../disk/write-private-file.ts'
import {sha256Hex} from '../../protocol/ecs/signature.ts'
import type {ServerDeps} from '../../server/deps.ts'
import type {RunningServer} from '../../server/main.ts'
import type {LocalFiles} from './files.ts'
import {type LocalPlane, readLocalKey} from './state.ts'

export interface LocalServeDeps {
  files: LocalFiles
  clock: Clock
  randomBytes: RandomBytes
  log: Logger
  version: string
  hostname: string
  /** Stops by itself after this long without anything to do. */
  idleMs: number
  /** Aborted when it is told to stop. */
  signal: AbortSignal
}

export const LOCAL_REGION = 'local'
const ACCOUNT = 'local'

/**
 * The control plane of this machine and its one agent in this process, until told to stop or idle for long. They meet on the wire as they would
 * anywhere. Returns at once when another process serves already.
 */
export async function serveLocal(deps: LocalServeDeps): Promise<void> {
  const {files, log} = deps
  makePrivateFolder(files.folder)
  const lock = takeLock(files.lockFile)
  if (!lock) return log.info('another process serves already')
  try {
    const [{startServer}, agentModule] = await Promise.all([
      import('../../server/main.ts'),
      import('../../agent/main.ts'),
    ])
    const server = await startServer({
      dataDir: files.serverFolder,
      host: '127.0.0.1',
      port: 0,
      log,
      regions: [LOCAL_REGION],
    })
    try {
      await makeKey(deps, server.deps)
      const agentOptions = {stateDir: files.agentFolder, server: {url: server.url}, log}
      if (!existsSync(identityFolder(files))) {
        const {activationId, activationCode} = await makeActivation(deps, server.deps)
        await agentModule.registerAgent({
          ...agentOptions,
          activationId,
          activationCode,
          regionId: LOCAL_REGION,
          name: deps.hostname,
        })
      }
      const agent = await agentModule.startAgent(agentOptions)
      try {
        if (!(await isOnline(deps, agent))) return
        const keepAnnounced = announce(deps, server, agent)
        await untilDone(deps, server, agent).finally(keepAnnounced)
      } finally {
        rmSync(files.planeFile, {force: true})
        await agent.stop({drainMs: DRAIN_MS})
      }
    } finally {
      await server.close()
    }
  } finally {
    lock.release()
  }
}

/** False when it was told to stop first. @throws AssistError (timeout) instead of being an orphan that nobody can reach */
async function isOnline({clock, signal}: LocalServeDeps, agent: RunningAgent): Promise<boolean> {
  const over = new AbortController()
  const waited = clock.sleep(LONGEST_ONLINE_MS, AbortSignal.any([signal, over.signal])).then(() => false)
  const isThere = await Promise.race([agent.online.then(() => true), waited])
  over.abort()
  if (isThere || signal.aborted) return isThere
  throw new AssistError('timeout', `the agent did not get online within ${LONGEST_ONLINE_MS / 1000} s`)
}

const LONGEST_ONLINE_MS = 30_000
const DRAIN_MS = 2_000

function identityFolder({agentFolder}: LocalFiles): string {
  return `${agentFolder}/identity/identity`
}

/** The one key of this machine's plane; made once and kept where only its owner can read it. */
async function makeKey(deps: LocalServeDeps, server: ServerDeps): Promise<void> {
  if (await isKnownKey(readLocalKey(deps.files)?.accessKeyId, server)) return
  const {createAccessKey} = await import('../../server/store/calls/access-keys.ts')
  const {accessKeyId, secret} = await server.db.write((tx) =>
    createAccessKey(tx, server, {accountId: ACCOUNT, description: 'local plane', nowMs: deps.clock.now()}),
  )
  writePrivateFile(deps.files.keyFile, `${JSON.stringify({accessKeyId, accessKeySecret: secret})}\n`)
}

async function isKnownKey(accessKeyId: string | undefined, {db}: ServerDeps): Promise<boolean> {
  if (accessKeyId === undefined) return false
  const {listAccessKeys} = await import('../../server/store/calls/access-keys.ts')
  const keys = await listAccessKeys(db.read, ACCOUNT)
  return keys.some((key) => key.accessKeyId === accessKeyId && !key.disabled)
}

/** For this machine alone: one use, an id of its own kind. */
async function makeActivation(
  deps: LocalServeDeps,
  server: ServerDeps,
): Promise<{activationId: string; activationCode: string}> {
  const {insertActivation} = await import('../../server/store/fleet/activations.ts')
  const activationId = createId('local-', deps.randomBytes)
  const activationCode = createId('a-', deps.randomBytes)
  await server.db.write((tx) =>
    insertActivation(tx, {
      activation_id: activationId,
      account_id: ACCOUNT,
      region_id: LOCAL_REGION,
      code_hash: sha256Hex(activationCode),
      description: 'this machine',
      instance_name: '',
      instance_count: 1,
      registered_count: 0,
      deregistered_count: 0,
      ttl_hours: 1,
      ip_address_range: '',
      resource_group_id: '',
      id_prefix: 'i-local-',
      disabled: 0,
      deleted: 0,
      created_at_ms: deps.clock.now(),
    }),
  )
  return {activationId, activationCode}
}

/** Says where it is. Whatever happens to that file is put right within a second. @returns ends that */
function announce(deps: LocalServeDeps, server: RunningServer, agent: RunningAgent): () => void {
  const plane: LocalPlane = {
    ...markOf(process.pid),
    url: server.url,
    instanceId: agent.instanceId,
    startedAtMs: deps.clock.now(),
    version: deps.version,
  }
  const text = `${JSON.stringify(plane)}\n`
  const {planeFile} = deps.files
  writePrivateFile(planeFile, text)
  const timer = setInterval(() => {
    if (readText(planeFile) === text) return
    try {
      writePrivateFile(planeFile, text)
    } catch (error) {
      deps.log.warn('the address cannot be written', {error: String((error as NodeJS.ErrnoException).code)})
    }
  }, ANNOUNCE_EVERY_MS)
  deps.log.info('local plane ready', {url: server.url, instance: agent.instanceId, pid: process.pid})
  return () => clearInterval(timer)
}

const ANNOUNCE_EVERY_MS = 1000

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const LOOKS_PER_IDLE = 10
const LONGEST_LOOK_MS = 30_000

/** Told to stop, sent away by its server, or nothing to do for long. A schedule counts as something to do. */
async function untilDone(deps: LocalServeDeps, server: RunningServer, agent: RunningAgent): Promise<void> {
  const {clock, idleMs, log, signal} = deps
  const gone = new AbortController()
  void agent.stopped.then(() => gone.abort())
  const end = AbortSignal.any([signal, gone.signal])
  while (!end.aborted) {
    await clock.sleep(Math.min(idleMs / LOOKS_PER_IDLE, LONGEST_LOOK_MS), end)
    const isBusy = agent.runningCount() > 0 || agent.activeSchedules() > 0
    const lastMs = Math.max(server.lastActivityMs(), agent.lastActivityMs())
    if (!isBusy && clock.now() - lastMs >= idleMs) return log.info('idle: stopping')
  }
  log.info(signal.aborted ? 'told to stop' : 'the agent has stopped')
}
