import type {EcsClient} from '../ecs/client.ts'
import type {ConnectionFlagValues} from './flags.ts'

export interface Connection {
  ecs: EcsClient
  profile: string
  region: string
  /** The instance that runs on this machine; what `run` takes without a target. Only with the profile `local`. */
  localInstanceId: string | undefined
}

export interface ConnectInput {
  flags: ConnectionFlagValues
  environment: NodeJS.ProcessEnv
  notice(text: string): void
  debug: ((text: string) => void) | undefined
}

export async function connect(_input: ConnectInput): Promise<Connection> {
  throw new Error('being written')
}
