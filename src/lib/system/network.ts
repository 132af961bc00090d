import http from 'node:http'
import https from 'node:https'
import {createTrust, type Trust} from '../net/trust.ts'

/** How requests leave this machine: kept connections, whom to trust, and proxies. */
export interface Network {
  /** What a request to this address is made with. @throws AssistError (config) when the proxy cannot be read. */
  to(url: URL): Promise<Partial<Trust> & {agent: http.Agent}>
  close(): void
}

export interface NetworkOptions {
  /** PEM of an authority to trust in addition. */
  authority?: string | undefined
  /** The proxy for an https address; absent: none. */
  proxyFor?(url: URL): string | undefined
}

const MOST_SOCKETS = 32

export function createNetwork({authority, proxyFor}: NetworkOptions = {}): Network {
  const trust = createTrust(authority)
  const plain = new http.Agent({keepAlive: true, maxSockets: MOST_SOCKETS})
  const direct = new https.Agent({keepAlive: true, maxSockets: MOST_SOCKETS, ...trust})
  const tunnels = new Map<string, http.Agent>()

  async function tunnelThrough(proxy: string): Promise<http.Agent> {
    const {createTunnel} = await import('../net/tunnel.ts')
    const tunnel = tunnels.get(proxy) ?? createTunnel(proxy)
    tunnels.set(proxy, tunnel)
    return tunnel
  }
  return {
    to: async (url) => {
      if (url.protocol !== 'https:' && url.protocol !== 'wss:') return {agent: plain}
      const proxy = proxyFor?.(url)
      return {...trust, agent: proxy === undefined ? direct : await tunnelThrough(proxy)}
    },
    close: () => {
      for (const agent of [plain, direct, ...tunnels.values()]) agent.destroy()
    },
  }
}
