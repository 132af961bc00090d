import {setTimeout as sleep} from 'node:timers/promises'
import RpcClient from '@alicloud/pop-core'
import type {Plane} from './plane.ts'

/** The parts of answers that tests look at. */
export interface Answer {
  CommandId: string
  InvokeId: string
  Invocation: {
    InvocationResults: {
      InvocationResult: Array<{InvocationStatus: string; Output: string; ExitCode: number; Dropped: number}>
    }
  }
}

/** The real pop-core against a plane, as a script of somebody else would use it. */
export function popClient(
  plane: Pick<Plane, 'url' | 'credentials'>,
): (action: string, parameters: Record<string, unknown>) => Promise<Answer> {
  const client = new RpcClient({
    endpoint: plane.url,
    apiVersion: '2014-05-26',
    accessKeyId: plane.credentials.accessKeyId,
    accessKeySecret: plane.credentials.accessKeySecret,
  })
  return (action, parameters) =>
    client.request<Answer>(action, {RegionId: 'local', ...parameters}, {method: 'POST', timeout: 10_000})
}

/** Repeats until the call succeeds: what a caller does whose server was killed. Give writes a ClientToken. */
export async function untilAnswered<T>(call: () => Promise<T>, tries = 100): Promise<T> {
  for (let left = tries; ; left--) {
    try {
      return await call()
    } catch (error) {
      if (left === 0) throw error
      await sleep(100)
    }
  }
}
