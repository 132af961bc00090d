import {AssistError} from '../lib/core/errors.ts'
import {isLoopback} from '../lib/core/loopback.ts'

export interface EndpointRules {
  /** Names the flag, variable or profile field in messages. */
  source: string
  /** Allows http to a host that is not this machine. */
  insecureHttp: boolean
  /**
   * What an address without a scheme means: https except on this machine, or https everywhere, as the official CLI takes it; `always` makes
   * https of any.
   */
  tls?: 'by host' | 'unless said' | 'always'
}

/**
 * An address as given (`host`, `host:8443`, `https://host`) to `https://host[:port]` without a slash at the end. Without a scheme it is
 * https, or http on this machine. The text itself never stands in a message: it may carry a password.
 * @throws AssistError (config)
 */
export function parseEndpoint(text: string, rules: EndpointRules): string {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
  const url = parseUrl(hasScheme ? text : `https://${text}`, rules)
  const problem = problemOf(url, text)
  if (problem) throw new AssistError('config', `${rules.source}: ${problem}`)
  const loopback = isLoopback(url.hostname)
  const protocol = protocolOf(url, hasScheme, rules.tls ?? 'by host')
  if (protocol === 'http:' && !loopback && !rules.insecureHttp) {
    throw new AssistError(
      'config',
      `${rules.source}: http to ${url.hostname} would send scripts and results unprotected`,
      {
        hint: 'Use https, or set insecureHttp to true in the profile: assist configure set insecure-http=true',
      },
    )
  }
  return `${protocol}//${url.host}`
}

function protocolOf(url: URL, hasScheme: boolean, tls: 'by host' | 'unless said' | 'always'): string {
  if (tls === 'always') return 'https:'
  if (hasScheme) return url.protocol
  return tls === 'by host' && isLoopback(url.hostname) ? 'http:' : 'https:'
}

function parseUrl(text: string, {source}: EndpointRules): URL {
  // URL would quietly repair these.
  if (/[\s\\]/.test(text)) throw new AssistError('config', `${source}: an address has no spaces or backslashes in it`)
  try {
    return new URL(text)
  } catch {
    const hint = /^([a-z]+:\/\/)?[0-9a-f]*:[0-9a-f:]+$/i.test(text) ? IPV6 : EXAMPLE
    throw new AssistError('config', `${source}: this is not an address`, {hint})
  }
}

const IPV6 = 'An IPv6 address stands in brackets: [2001:db8::5]:8080'
const EXAMPLE = 'It looks like https://assist.example.com or https://10.0.0.5:8443.'

function problemOf(url: URL, text: string): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'the address must begin with https:// or http://'
  if (url.username || url.password || text.includes('@')) return 'an address carries no user name or password'
  if (url.port === '0') return 'the port must be between 1 and 65535'
  if (url.pathname !== '/' || /[?#]/.test(text)) return 'an address has no path; give scheme, host and port only'
  return undefined
}
