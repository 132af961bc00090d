import type {Exchange} from '../../core/exchange.ts'

/** An instance of the cloud, as its own metadata tells. */
export interface EcsInstance {
  instanceId: string
  regionId: string
}

/** Source: agent-protocol, 1.3; the token of the second version is asked for first. */
const ADDRESS = 'http://100.100.100.200'
const TIMEOUT_MS = 2000
const TOKEN_LIFE_SEC = 300

/**
 * Asks the metadata who this machine is. What answers may be anybody on the network, so nothing is taken that could lead anywhere but to a
 * host of the cloud. @returns undefined where nothing answers, or nothing usable. `address`: another one, for tests.
 */
export async function findEcsInstance(exchange: Exchange, address: string = ADDRESS): Promise<EcsInstance | undefined> {
  try {
    const token = await ask(exchange, 'PUT', `${address}/latest/api/token`, {
      'x-aliyun-ecs-metadata-token-ttl-seconds': String(TOKEN_LIFE_SEC),
    })
    const headers: Record<string, string> = token === undefined ? {} : {'x-aliyun-ecs-metadata-token': token}
    const [regionId = '', instanceId = ''] = await Promise.all(
      ['region-id', 'instance-id'].map((name) => ask(exchange, 'GET', `${address}/latest/meta-data/${name}`, headers)),
    )
    if (/^[a-z0-9-]{1,63}$/.test(regionId) && /^[A-Za-z0-9._-]{1,64}$/.test(instanceId)) return {regionId, instanceId}
  } catch {
    // Nothing is there: this is no machine of the cloud.
  }
  return undefined
}

async function ask(
  exchange: Exchange,
  method: 'GET' | 'PUT',
  url: string,
  headers: Record<string, string>,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const {status, text} = await exchange({method, url: new URL(url), headers, signal})
  return status === 200 ? text.trim() : undefined
}
