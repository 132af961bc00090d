import {AssistError} from '../../core/errors.ts'

/**
 * The proxy for an https endpoint: HTTPS_PROXY unless NO_PROXY names the host. Plain http never leaves this machine or a chosen network,
 * so it goes directly.
 * @throws AssistError (config) naming the variable; its value may carry a password and is not shown.
 */
export function chooseProxy(environment: NodeJS.ProcessEnv, endpoint: string): string | undefined {
  const {protocol, hostname, port} = new URL(endpoint)
  if (protocol !== 'https:') return undefined
  const name = ['HTTPS_PROXY', 'https_proxy'].find((one) => environment[one])
  if (!name || isExcepted(environment['NO_PROXY'] || environment['no_proxy'] || '', hostname, port || '443'))
    return undefined
  const value = environment[name] ?? ''
  const url = parse(/:\/\//.test(value) ? value : `http://${value}`)
  if (url?.protocol === 'http:' && url.hostname) return url.href
  throw new AssistError('config', `${name} is not the address of a proxy that assist can use`, {
    hint: 'It looks like http://proxy.example.com:3128',
  })
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

function isExcepted(list: string, hostname: string, port: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true
      const [host = '', onlyPort] = entry.replace(/^\*?\./, '').split(':')
      const isHost = hostname === host || hostname.endsWith(`.${host}`)
      return isHost && (onlyPort === undefined || onlyPort === port)
    })
}
