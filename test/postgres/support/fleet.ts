import {copyFileSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {assist, type Running, startAssist, tempFolder} from '../../support/cli.ts'
import type {Plane} from '../../support/plane.ts'
import {startTcpProxy} from './tcp-proxy.ts'

export interface Replica {
  name: string
  port: number
  running: Running
  /** The balancer has noticed that it does not answer. */
  isOut: boolean
}

/** Servers on one database behind a balancer, and an agent that knows the balancer only, each a process of its own. */
export interface Fleet extends Pick<Plane, 'url' | 'credentials' | 'home'> {
  instanceId: string
  replicas: Replica[]
  agent: Running
  assist(args: readonly string[]): ReturnType<typeof assist>
  kill(replica: Replica): Promise<void>
  restart(replica: Replica): Promise<void>
  stop(): Promise<void>
}

export async function startFleet(names: readonly string[], addressOf: (name: string) => string): Promise<Fleet> {
  const folder = tempFolder()
  const home = folder.path
  const [first = ''] = names
  const env = (name: string) => ({ASSIST_DATABASE: addressOf(name)})
  const made = await assist(['server', 'key', 'create', '--data-dir', join(home, first), '--json'], {
    home,
    env: env(first),
  })
  if (made.code !== 0) throw new Error(`server key create: ${made.stderr}`)
  const credentials: {accessKeyId: string; accessKeySecret: string} = JSON.parse(made.stdout)
  const start = async (replica: Replica): Promise<void> => {
    const words = ['server', 'start', '--data-dir', join(home, replica.name), '--port', String(replica.port)]
    replica.running = startAssist(words, {home, env: env(replica.name)})
    replica.port = Number((await replica.running.seen(/Listening at http:\/\/127\.0\.0\.1:(\d+)/))[1])
  }
  const replicas: Replica[] = names.map((name) => ({
    name,
    port: 0,
    isOut: false,
    running: undefined as unknown as Running,
  }))
  for (const replica of replicas) {
    if (replica.name !== first) {
      mkdirSync(join(home, replica.name), {mode: 0o700})
      copyFileSync(join(home, first, 'master.key'), join(home, replica.name, 'master.key'))
    }
    await start(replica)
  }
  const balancer = await startTcpProxy(() => replicas.filter(({isOut}) => !isOut).map(({port}) => port))
  const url = `http://127.0.0.1:${balancer.port}`
  const user = {
    ALIBABA_CLOUD_REGION_ID: 'local',
    ALIBABA_CLOUD_ENDPOINT: url,
    ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
  }
  const run = (args: readonly string[]) => assist(args, {home, env: user})
  const {activationId, activationCode} = JSON.parse((await run(['create-activation', '--json'])).stdout)
  const registered = await assist(
    [
      ...['agent', 'register', '--state-dir', join(home, 'agent'), '--server', url, '--region', 'local'],
      ...['--activation-id', activationId, '--name', 'one', '--json'],
    ],
    {home, env: {ASSIST_ACTIVATION_CODE: activationCode}},
  )
  if (registered.code !== 0) throw new Error(`agent register: ${registered.stderr}`)
  const agent = startAssist(['agent', 'start', '--state-dir', join(home, 'agent')], {home})
  await agent.seen(/online/)
  const kill = async ({running}: {running: Running}): Promise<void> => {
    running.process.kill('SIGKILL')
    await running.ended
  }
  return {
    ...{url, credentials, home, replicas, agent, kill},
    instanceId: JSON.parse(registered.stdout).instanceId,
    assist: run,
    restart: start,
    stop: async () => {
      await Promise.all([{running: agent}, ...replicas].map(kill))
      await balancer.close()
      folder.remove()
    },
  }
}
