import {readFileSync} from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import {rootCertificates} from 'node:tls'
import {AssistError} from '../core/errors.ts'
import type {Exchange, ExchangeAnswer, ExchangeRequest} from '../core/exchange.ts'

const LONGEST_ANSWER_BYTES = 16 * 1024 * 1024

/** NODE_TLS_REJECT_UNAUTHORIZED alone must not open the door. */
export const SECURE = {minVersion: 'TLSv1.2', rejectUnauthorized: true} as const

/**
 * The real network: keeps connections, follows no redirects and reads no proxy from the environment.
 * Node's own fetch cannot be given a certificate authority.
 * @throws AssistError('config') when the CA file cannot be read.
 */
export function createExchange(options: {caFile?: string | undefined} = {}): Exchange & {close(): void} {
  const ca = trustedCertificates(options.caFile)
  const agents = {
    'http:': new http.Agent({keepAlive: true, maxSockets: 32}),
    'https:': new https.Agent({keepAlive: true, maxSockets: 32, ...SECURE, ...(ca && {ca})}),
  }

  function ask(request: ExchangeRequest, mayRepeat: boolean): Promise<ExchangeAnswer> {
    return new Promise((resolve, reject) => {
      const {method, url, body, signal} = request
      const secure = url.protocol === 'https:'
      const headers = method === 'POST' ? {...request.headers, 'content-length': body?.length ?? 0} : request.headers
      const agent = secure ? agents['https:'] : agents['http:']
      const asked = (secure ? https : http).request(url, {method, headers, agent, signal}, (answer) => {
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
  return Object.assign((request: ExchangeRequest) => ask(request, true), {
    close: () => {
      agents['http:'].destroy()
      agents['https:'].destroy()
    },
  })
}

/** The system's roots and the given ones; undefined = only the system's. */
export function trustedCertificates(caFile: string | undefined): string[] | undefined {
  if (caFile === undefined) return undefined
  try {
    return [...rootCertificates, readFileSync(caFile, 'utf8')]
  } catch (cause) {
    throw new AssistError('config', `The CA file ${caFile} cannot be read.`, {cause})
  }
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
