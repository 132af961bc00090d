/** How a machine reaches the cloud: inside its own network (`vpc`) or over the internet. */
export type NetworkMode = 'vpc' | 'internet'

/** Where a machine of this region registers. Source: agent-protocol, 2.4. */
export function registrationUrl(regionId: string, mode: NetworkMode): string {
  return `https://${regionId}.axt.${mode === 'vpc' ? 'aliyun.com' : 'aliyuncs.com'}`
}

/**
 * Where a machine that registered there finds its server from then on: the first of these that answers the connection check, or else the
 * last. Only the cloud's own hosts for the internet have a second name. Source: agent-protocol, 1.4.
 */
export function serverUrls(registeredAt: string): readonly [...string[], string] {
  const region = /^https:\/\/([a-z0-9-]+)\.axt\.aliyuncs\.com\/?$/.exec(registeredAt)?.[1]
  return region === undefined ? [registeredAt] : [`https://${region}-axt.aliyuncs.com`, registeredAt]
}

/** Whether a server is the cloud's own, which knows none of our additions. */
export function isCloud(serverUrl: string): boolean {
  return /(^|\.)aliyun(cs)?\.com$/.test(new URL(serverUrl).hostname)
}

/** The server that the environment names, as official agents read it: `host`, `host:port` or `host:port/prefix`; always https. */
export function serverInEnvironment(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const host = environment['ALIYUN_ASSIST_SERVER_HOST']
  return host ? `https://${host.replace(/^https:\/\//, '')}` : undefined
}
