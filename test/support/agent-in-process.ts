import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type AgentOptions, type RunningAgent, registerAgent, startAgent} from '../../src/lib/agent/main.ts'
import {createRecordingLog} from './agent-log.ts'
import {AgentServer} from './agent-server.ts'

export interface AgentSetup {
  server: AgentServer
  stateDir: string
  log: ReturnType<typeof createRecordingLog>
  agent(): RunningAgent
  start(options?: Pick<AgentOptions, 'maxRunning' | 'power'>): Promise<RunningAgent>
  stop(): Promise<void>
  /** Stops everything and removes the folder; fails when the server saw what it did not expect. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A registered agent next to a stub server, both in this process. */
export async function setUpAgent(
  options: {assist?: boolean; started?: boolean; folder?: string; spareRoots?: readonly string[]} = {},
): Promise<AgentSetup> {
  const server = await AgentServer.start()
  server.assist = options.assist ?? true
  const root = options.folder ?? mkdtempSync(join(tmpdir(), 'assist-agent-'))
  const stateDir = join(root, 'state')
  const log = createRecordingLog()
  const {spareRoots} = options
  const common = {stateDir, server: {url: server.url}, log, spareRoots}
  await registerAgent({...common, activationId: 'a-1', activationCode: 'good-code', regionId: 'local'})
  let agent: RunningAgent | undefined
  const setup: AgentSetup = {
    ...{server, stateDir, log},
    agent: () => {
      if (agent === undefined) throw new Error('the agent was not started')
      return agent
    },
    start: async (more = {}) => {
      agent = await startAgent({...common, ...more})
      await agent.online
      return agent
    },
    stop: async () => {
      await agent?.stop({drainMs: 0})
      agent = undefined
    },
    [Symbol.asyncDispose]: async () => {
      await setup.stop()
      await server.close()
      if (options.folder === undefined) rmSync(root, {recursive: true, force: true})
    },
  }
  if (options.started ?? true) await setup.start()
  return setup
}
