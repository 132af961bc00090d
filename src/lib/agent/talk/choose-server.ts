import type {Exchange} from '../../core/exchange.ts'
import {serverUrls} from '../../protocol/agent/hosts.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'

const TIMEOUT_MS = 5000

/** The address to talk to, for one that was registered with or given. Asks nobody where there is nothing to choose. */
export async function chooseServer(exchange: Exchange, registeredAt: string): Promise<string> {
  const urls = serverUrls(registeredAt)
  for (const url of urls.slice(0, -1)) if (await isServer(exchange, url)) return url
  return urls.at(-1) ?? registeredAt
}

/** Agents take a host for their server when it answers exactly `ok`. */
async function isServer(exchange: Exchange, url: string): Promise<boolean> {
  try {
    const target = new URL(url + AGENT_PATHS.connectionDetect)
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const {status, text} = await exchange({method: 'GET', url: target, headers: {}, signal})
    return status === 200 && text === 'ok'
  } catch {
    return false
  }
}
