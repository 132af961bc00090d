import type {Agent} from 'node:http'
import RpcClient from '@alicloud/pop-core/lib/rpc.js'
import type {SessionKeys} from '../../core/credential-source.ts'
import {createAgent} from './http-agent.ts'

export interface PopOptions {
  endpoint: string
  apiVersion: string
  keys(): Promise<SessionKeys>
  proxy?: string | undefined
}

/** pop-core's client and the connections for it. */
export interface Pop {
  agent: Agent
  request(action: string, parameters: object, options: object): Promise<unknown>
}

/** Everything heavy about a call; loaded by the first one. */
export async function createPop(options: PopOptions): Promise<Pop> {
  const client = new RpcClient({
    endpoint: options.endpoint,
    apiVersion: options.apiVersion,
    credentialsProvider: {getCredentials: options.keys},
  } as unknown as ConstructorParameters<typeof RpcClient>[0])
  return {
    agent: await createAgent(options.endpoint, options.proxy),
    request: (action, parameters, more) => client.request(action, parameters, more),
  }
}
