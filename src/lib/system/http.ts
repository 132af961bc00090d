import {readFileSync} from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import {rootCertificates} from 'node:tls'
import {AssistError} from '../core/errors.ts'
import type {Fetch} from '../core/fetch.ts'

const LONGEST_ANSWER_BYTES = 16 * 1024 * 1024

/**
 * The real network: keeps connections, follows no redirects and reads no proxy from the environment.
 * Node's own fetch cannot be given a certificate authority.
 * @throws AssistError('config') when the CA file cannot be read.
 */
export function createFetch(options: {caFile?: string | undefined} = {}): Fetch & {close(): void} {
  const ca = trustedCertificates(options.caFile)
  const agents = {
    'http:': new http.Agent({keepAlive: true, maxSockets: 32}),
    'https:': new https.Agent({keepAlive: true, maxSockets: 32, minVersion: 'TLSv1.2', ...(ca && {ca})}),
  }
  const send = async (request: Request): Promise<Response> => {
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
    return ask(request, body, true)
  }

  function ask(request: Request, body: Buffer | undefined, mayRepeat: boolean): Promise<Response> {
    return new Promise((resolve, reject) => {
      const url = new URL(request.url)
      const secure = url.protocol === 'https:'
      const headers = Object.fromEntries(request.headers)
      if (request.method !== 'GET') headers['content-length'] = String(body?.length ?? 0)
      const {method, signal} = request
      const agent = secure ? agents['https:'] : agents['http:']
      const asked = (secure ? https : http).request(url, {method, headers, agent, signal}, (answer) => {
        collect(answer).then(resolve, reject)
      })
      asked.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a kept connection just as we used it. If it did read the request, a repeat of ours changes nothing.
        if (mayRepeat && asked.reusedSocket && error.code === 'ECONNRESET') resolve(ask(request, body, false))
        else reject(error)
      })
      asked.end(body)
    })
  }
  return Object.assign(send, {
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

function collect(answer: http.IncomingMessage): Promise<Response> {
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
      const status = answer.statusCode ?? 502
      const empty = status === 204 || status === 205 || status === 304
      resolve(new Response(empty ? null : Buffer.concat(parts), {status, headers: headersOf(answer)}))
    })
  })
}

function headersOf(answer: http.IncomingMessage): Headers {
  const headers = new Headers()
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) {
    headers.append(answer.rawHeaders[i] ?? '', answer.rawHeaders[i + 1] ?? '')
  }
  return headers
}
