/** Parameter values by their ECS names; lists and structures are flattened on the way out. */
export type {ParameterValue} from '../protocol/ecs/parameters.ts'

import type {ParameterValue} from '../protocol/ecs/parameters.ts'

export interface CallOptions {
  /**
   * A call that changes something. It gets one ClientToken for all its tries (where the action knows that parameter and the caller
   * sent none), and is repeated only when repeating is harmless.
   */
  write?: boolean
  /** Ask our own server to hold its answer back until something changes; the cloud ignores it (protocol/ecs/hold.ts). */
  hold?: {waitMs: number; since?: string | undefined}
  signal?: AbortSignal | undefined
}

/** The decoded JSON answer: plain objects, arrays, strings, booleans and numbers (big integers as strings). */
export type EcsAnswer = Record<string, unknown>

/** ECS OpenAPI 2014-05-26, either the cloud's or our own server's. */
export interface EcsClient {
  readonly region: string
  readonly endpoint: string
  /**
   * Calls an action; RegionId is added when absent.
   * @throws EcsError for what the service refused; AssistError (unreachable, timeout, interrupted) otherwise.
   */
  call(action: string, parameters: {readonly [name: string]: ParameterValue}, options?: CallOptions): Promise<EcsAnswer>
}
