import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {type AssistOptions, assist, type Ended, type Running, startAssist, tempFolder} from './cli.ts'

export interface Plane {
  home: string
  url: string
  dataDir: string
  agentDir: string
  instanceId: string
  credentials: {accessKeyId: string; accessKeySecret: string}
  /** Runs the CLI against this plane. */
  assist(args: readonly string[], more?: Partial<AssistOptions>): Promise<Ended>
  start(args: readonly string[], more?: Partial<AssistOptions>): Running
  server: Running
  agent: Running
  killServer(): Promise<void>
  startServer(): Promise<void>
  killAgent(): Promise<void>
  startAgent(env?: Record<string, string>): Promise<void>
  /** A further instance, with an agent of its own that lasts until the end. Returns its id. */
  addAgent(name: string): Promise<string>
  stop(): Promise<void>
}

const PROFILE = {ALIBABA_CLOUD_REGION_ID: 'local'}

/** A control plane and an agent, each a process of its own, with a key and an activation made as a person would. */
export async function startPlane(options: {dataDir?: string} = {}): Promise<Plane> {
  const folder = tempFolder()
  const home = folder.path
  const dataDir = options.dataDir ?? join(home, 'plane')
  const agentDir = join(home, 'agent')
  mkdirSync(agentDir, {recursive: true, mode: 0o700})
  const made = await assist(['server', 'key', 'create', '--data-dir', dataDir, '--json'], {home})
  if (made.code !== 0) throw new Error(`server key create: ${made.stderr}`)
  const key = JSON.parse(made.stdout) as {accessKeyId: string; accessKeySecret: string}
  const credentials = {
    ...PROFILE,
    ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
  }
  let port = 0
  const others: Running[] = []

  const plane: Plane = {
    home,
    url: '',
    dataDir,
    agentDir,
    instanceId: '',
    credentials: key,
    assist: (args, more = {}) => plane.start(args, more).ended,
    start: (args, more = {}) =>
      startAssist(args, {...more, home, env: {...credentials, ALIBABA_CLOUD_ENDPOINT: plane.url, ...more.env}}),
    server: undefined as unknown as Running,
    agent: undefined as unknown as Running,
    startServer: async () => {
      plane.server = startAssist(['server', 'start', '--data-dir', dataDir, '--port', String(port)], {home})
      const match = await plane.server.seen(/(http:\/\/127\.0\.0\.1:(\d+))/)
      plane.url = match[1] ?? ''
      port = Number(match[2])
    },
    killServer: () => kill(plane.server),
    startAgent: async (env = {}) => {
      plane.agent = startAssist(['agent', 'start', '--state-dir', agentDir], {home, env})
      await plane.agent.seen(/online/)
    },
    killAgent: () => kill(plane.agent),
    addAgent: async (name) => {
      const stateDir = join(home, `agent-${name}`)
      mkdirSync(stateDir, {mode: 0o700})
      const instanceId = await register(plane, name, stateDir)
      const agent = startAssist(['agent', 'start', '--state-dir', stateDir], {home})
      others.push(agent)
      await agent.seen(/online/)
      return instanceId
    },
    stop: async () => {
      await Promise.all([plane.agent, plane.server, ...others].map(kill))
      folder.remove()
    },
  }
  await plane.startServer()
  plane.instanceId = await register(plane, 'one', agentDir)
  await plane.startAgent()
  return plane
}

/** As a person would: an activation, and the agent's own command. Returns the id of the instance. */
async function register(plane: Plane, name: string, stateDir: string): Promise<string> {
  const activation = await plane.assist(['create-activation', '--json'])
  if (activation.code !== 0) throw new Error(`create-activation: ${activation.stderr}`)
  const {activationId, activationCode} = JSON.parse(activation.stdout) as {activationId: string; activationCode: string}
  const where = ['--state-dir', stateDir, '--server', plane.url, '--region', 'local', '--name', name]
  const registered = await assist(['agent', 'register', ...where, '--activation-id', activationId, '--json'], {
    home: plane.home,
    env: {ASSIST_ACTIVATION_CODE: activationCode},
  })
  if (registered.code !== 0) throw new Error(`agent register: ${registered.stderr}`)
  return (JSON.parse(registered.stdout) as {instanceId: string}).instanceId
}

async function kill(running: Running | undefined): Promise<void> {
  if (!running) return
  running.process.kill('SIGKILL')
  await running.ended
}
