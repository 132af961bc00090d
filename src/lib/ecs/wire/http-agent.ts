import http from 'node:http'

/**
 * Keeps connections for the next call without keeping the process alive, and goes through `proxy` by CONNECT. Only https goes through a proxy: it then sees the host name and nothing else.
 */
export async function createAgent(endpoint: string, proxy: string | undefined): Promise<http.Agent> {
  if (!endpoint.startsWith('https:')) return new http.Agent({keepAlive: true})
  if (proxy !== undefined) {
    const {createTunnel} = await import('../../net/tunnel.ts')
    // The tunnel would guess by the module that asks, which is node:http here.
    return Object.assign(createTunnel(proxy), {protocol: 'https:'})
  }
  // TLS takes a while to load, and a plane on this machine does without.
  const {Agent} = await import('node:https')
  return new Agent({keepAlive: true})
}
