import type {Agent} from 'node:http'
import RpcClient from '@alicloud/pop-core/lib/rpc.js'
import type {SessionKeys} from '../../core/credential-source.ts'
import type {Trust} from '../../net/trust.ts'
import {canonicalQuery, signV1, stringToSignV1} from '../../protocol/ecs/signature.ts'
import {exchange, type Posted} from './exchange.ts'
import {createAgent} from './http-agent.ts'

export interface PopOptions {
  endpoint: string
  apiVersion: string
  keys(): Promise<SessionKeys>
  proxy?: string | undefined
  authority?: string | undefined
}

export interface PopRequest {
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** Everything heavy about a call; loaded by the first one. */
export async function createPop(options: PopOptions): Promise<PopClient> {
  const {endpoint, proxy, authority} = options
  const trust = authority === undefined ? undefined : (await import('../../net/trust.ts')).createTrust(authority)
  return new PopClient(options, await createAgent(endpoint, proxy), trust)
}

/** What the base class has beyond what its types tell. */
interface Inherited {
  accessKeyId: string
  securityToken: string | undefined
  _buildParams(): Record<string, string>
}

/**
 * pop-core's client with an exchange of our own. The inherited one goes by `url.parse()`, of which Node warns on stderr, prints whole requests
 * when DEBUG names it, tells nothing of an answer that is not JSON, and writes the signed address into its errors.
 */
export class PopClient extends RpcClient {
  readonly #options: PopOptions
  readonly #agent: Agent
  readonly #trust: Trust | undefined

  constructor(options: PopOptions, agent: Agent, trust?: Trust) {
    // The keys come anew for each call; the inherited part only asks that there be some.
    super({endpoint: options.endpoint, apiVersion: options.apiVersion, accessKeyId: 'none', accessKeySecret: 'none'})
    this.#options = options
    this.#agent = agent
    this.#trust = trust
  }

  /** One signed POST. @throws NoAnswer, and whatever stands in the way of the keys */
  override async request<T = Posted>(action: string, parameters: object, request: PopRequest): Promise<T> {
    const keys = await this.#options.keys()
    const pairs = Object.entries<string>({Action: action, ...this.#ownParameters(keys), ...parameters})
    const signature = signV1(keys.accessKeySecret, stringToSignV1('POST', pairs))
    const posted = await exchange(this.#agent, {
      url: `${this.#options.endpoint}/`,
      headers: {...request.headers, 'content-type': 'application/x-www-form-urlencoded'},
      body: canonicalQuery([...pairs, ['Signature', signature]]),
      timeoutMs: request.timeoutMs,
      signal: request.signal,
      trust: this.#trust,
    })
    return posted as T
  }

  /** Format, version, time, nonce and key id, as pop-core sends them. */
  #ownParameters({accessKeyId, securityToken}: SessionKeys): Record<string, string> {
    const inherited = this as unknown as Inherited
    inherited.accessKeyId = accessKeyId
    inherited.securityToken = securityToken
    return inherited._buildParams()
  }
}
