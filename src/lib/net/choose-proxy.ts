import {AssistError} from '../core/errors.ts'
import {isLoopback} from '../core/loopback.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy for an https address: HTTPS_PROXY unless NO_PROXY names the host. Plain http never leaves this machine or a chosen network,
 * so it goes directly.
 * @throws AssistError (config) naming the variable; its value may carry a password and is not shown.
 */
export function chooseProxy(environment: Environment, address: string): string | undefined {
  const url = new URL(address)
  if (url.protocol !== 'https:') return undefined
  const name = ['HTTPS_PROXY', 'https_proxy'].find((one) => environment[one])
  const exceptions = environment['NO_PROXY'] || environment['no_proxy'] || ''
  if (name === undefined || isExcepted(exceptions, url)) return undefined
  return proxyIn(environment, name)
}

/**
 * The proxy for an agent: ALIYUN_ASSIST_PROXY for all that leaves the machine, as official agents read it, else as for everybody.
 * @throws AssistError (config)
 */
export function chooseAgentProxy(environment: Environment, address: string): string | undefined {
  const url = new URL(address)
  // The kick channel takes the way of the other requests.
  if (url.protocol === 'wss:') url.protocol = 'https:'
  if (url.protocol !== 'https:' || isLoopback(url.hostname)) return undefined
  return proxyIn(environment, 'ALIYUN_ASSIST_PROXY') ?? chooseProxy(environment, url.href)
}

/** @throws AssistError (config) when the variable does not hold the address of an http or https proxy. */
function proxyIn(environment: Environment, name: string): string | undefined {
  const value = environment[name] ?? ''
  if (value === '') return undefined
  const text = /:\/\//.test(value) ? value : `http://${value}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Cut off at these, a password reads as another host.
  if (/^https?:\/\/([^@]*@.*@|[^@]*[#?/][^@/]*@)/i.test(text)) {
    throw new AssistError('config', `${name} has a character in its user name or password that ends an address`, {
      hint: 'Write @ as %40, : as %3A, / as %2F, ? as %3F and # as %23 there.',
    })
  }
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname) return url.href
  throw new AssistError('config', `${name} is not the address of a proxy that assist can use`, {
    hint: 'It looks like http://proxy.example.com:3128',
  })
}

/** Whether a list such as `.example.com, 10.0.0.0/8, [::1]:8443` names the host. Libraries for this know neither CIDR nor spellings of IPv6. */
function isExcepted(list: string, url: URL): boolean {
  const port = url.port || '443'
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      const {host, onlyPort} = splitPort(entry.toLowerCase())
      return (onlyPort === undefined || onlyPort === port) && names(host, url.hostname)
    })
}

/** `[::1]:8443` and `host:8443`, but no port in `::1`. */
function splitPort(entry: string): {host: string; onlyPort?: string | undefined} {
  const bracketed = /^\[([^\]]*)\](\/\d+)?(?::(\d+))?$/.exec(entry)
  if (bracketed !== null) return {host: `${bracketed[1]}${bracketed[2] ?? ''}`, onlyPort: bracketed[3]}
  const [, host, onlyPort] = /^([^:]*):(\d+)$/.exec(entry) ?? []
  return host === undefined ? {host: entry} : {host, onlyPort}
}

function names(entry: string, hostname: string): boolean {
  if (entry === '*') return true
  const {isIP} = sockets()
  const host = hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
  const [net = '', prefix] = entry.split('/')
  if (isIP(host) !== 0) return isIP(net) !== 0 && covers(net, prefix, host)
  const domain = entry.replace(/^\*?\./, '').replace(/\.$/, '')
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`))
}

function covers(net: string, prefix: string | undefined, host: string): boolean {
  const {BlockList, isIP} = sockets()
  const list = new BlockList()
  const bits = isIP(net) === 4 ? 32 : 128
  const length = prefix === undefined ? bits : Number(prefix)
  if (!Number.isInteger(length) || length < 0 || length > bits) return false
  list.addSubnet(net, length, family(net))
  return list.check(host, family(host))
}

function family(address: string): 'ipv4' | 'ipv6' {
  return sockets().isIP(address) === 4 ? 'ipv4' : 'ipv6'
}

/** Only when a list is to be read: loading it takes a tenth of a start. */
function sockets(): typeof import('node:net') {
  return process.getBuiltinModule('node:net')
}
