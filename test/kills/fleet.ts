import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {assist, type Running, startAssist} from '../support/cli.ts'
import {type Plane, startPlane} from '../support/plane.ts'

/** A program that can be killed and started again. */
export interface Victim {
  name: string
  kill(): Promise<void>
  start(): Promise<void>
}

export interface Fleet {
  plane: Plane
  instanceIds: string[]
  /** The server and each agent. */
  victims: Victim[]
  stop(): Promise<void>
}

/** A server and agents, each a process with a folder of its own, as a person would start them. */
export async function startFleet(agents: number): Promise<Fleet> {
  const plane = await startPlane()
  const victims: Victim[] = [
    {name: 'server', kill: plane.killServer, start: plane.startServer},
    {name: 'agent 1', kill: plane.killAgent, start: () => plane.startAgent()},
  ]
  const instanceIds = [plane.instanceId]
  const more: Victim[] = []
  for (let number = 2; number <= agents; number += 1) {
    const {instanceId, victim} = await addAgent(plane, number)
    instanceIds.push(instanceId)
    more.push(victim)
  }
  return {
    ...{plane, instanceIds, victims: [...victims, ...more]},
    stop: async () => {
      await Promise.all(more.map(({kill}) => kill()))
      await plane.stop()
    },
  }
}

async function addAgent(plane: Plane, number: number): Promise<{instanceId: string; victim: Victim}> {
  const {home} = plane
  const stateDir = join(home, `agent-${number}`)
  mkdirSync(stateDir, {mode: 0o700})
  const activation = await plane.assist(['create-activation', '--json'])
  const {activationId, activationCode} = JSON.parse(activation.stdout) as Record<string, string>
  const words = [
    '--state-dir',
    stateDir,
    '--server',
    plane.url,
    '--region',
    'local',
    '--name',
    `agent-${number}`,
    '--json',
  ]
  const registered = await assist(['agent', 'register', ...words, '--activation-id', String(activationId)], {
    home,
    env: {ASSIST_ACTIVATION_CODE: String(activationCode)},
  })
  if (registered.code !== 0) throw new Error(`agent register: ${registered.stderr}`)
  let running: Running
  const start = async (): Promise<void> => {
    running = startAssist(['agent', 'start', '--state-dir', stateDir], {home})
    await running.seen(/online/)
  }
  await start()
  const {instanceId} = JSON.parse(registered.stdout) as {instanceId: string}
  const kill = async (): Promise<void> => {
    running.process.kill('SIGKILL')
    await running.ended
  }
  return {instanceId, victim: {name: `agent ${number}`, kill, start}}
}
