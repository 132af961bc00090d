import type {ClientRequest} from 'node:http'
import type {Socket} from 'node:net'
import {HttpsProxyAgent} from 'https-proxy-agent'

/**
 * Connections through a proxy by CONNECT: it sees the host name and nothing else. A refusal of the proxy is an error (ERR_PROXY), never
 * the answer of the server that was asked.
 */
export function createTunnel(proxy: string): HttpsProxyAgent<string> {
  const {protocol, host, username, password} = new URL(proxy)
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  // In the address they would show up where DEBUG is set.
  const headers = username === '' ? {} : {'Proxy-Authorization': `Basic ${credentials}`}
  return new Tunnel(`${protocol}//${host}`, {keepAlive: true, headers})
}

type ConnectArguments = Parameters<HttpsProxyAgent<string>['connect']>

class Tunnel extends HttpsProxyAgent<string> {
  override async connect(request: ClientRequest, options: ConnectArguments[1]): Promise<Socket> {
    let status = 0
    request.once('proxyConnect', (answer: {statusCode: number}) => {
      status = answer.statusCode
    })
    const socket = await super.connect(request as ConnectArguments[0], options).catch(() => undefined)
    if (socket !== undefined && status === 200) return socket
    socket?.destroy()
    throw Object.assign(new Error('the proxy refused the connection'), {code: 'ERR_PROXY'})
  }
}
