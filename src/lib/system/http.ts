import http from 'node:http'
import https from 'node:https'
import type {Exchange, ExchangeAnswer, ExchangeRequest} from '../core/exchange.ts'
import type {Network} from './network.ts'

const LONGEST_ANSWER_BYTES = 16 * 1024 * 1024

/** One request, one whole answer: follows no redirects. Node's own fetch cannot be given a certificate authority. */
export function createExchange(network: Network): Exchange {
  async function ask(request: ExchangeRequest, mayRepeat: boolean): Promise<ExchangeAnswer> {
    const {method, url, body, signal} = request
    const way = await network.to(url)
    return new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:'
      const headers = method === 'POST' ? {...request.headers, 'content-length': body?.length ?? 0} : request.headers
      const asked = (secure ? https : http).request(url, {method, headers, signal, ...way}, (answer) => {
        collect(answer).then(resolve, reject)
      })
      asked.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a kept connection just as we used it. If it did read the request, a repeat of ours changes nothing.
        if (mayRepeat && asked.reusedSocket && error.code === 'ECONNRESET') resolve(ask(request, false))
        else reject(error)
      })
      asked.end(body)
    })
  }
  return (request) => ask(request, true)
}

function collect(answer: http.IncomingMessage): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let bytes = 0
    answer.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes > LONGEST_ANSWER_BYTES) answer.destroy(new Error(`answer longer than ${LONGEST_ANSWER_BYTES} bytes`))
      else parts.push(part)
    })
    answer.on('error', reject)
    answer.on('end', () => {
      resolve({status: answer.statusCode ?? 502, headers: answer.headers, text: Buffer.concat(parts).toString('utf8')})
    })
  })
}
