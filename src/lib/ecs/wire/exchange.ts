import http, {type Agent, type IncomingHttpHeaders, type IncomingMessage} from 'node:http'
import type {Trust} from '../../net/trust.ts'
import {NoAnswer} from './no-answer.ts'

export interface Post {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  /** Longest time until the whole answer is there. */
  timeoutMs: number
  signal?: AbortSignal | undefined
  /** Absent: the roots that Node trusts. */
  trust?: Trust | undefined
}

export interface Posted {
  httpStatus: number
  headers: IncomingHttpHeaders
  text: string
}

/** One POST through `agent`; follows no redirect, repeats nothing. @throws NoAnswer */
export function exchange(agent: Agent, post: Post): Promise<Posted> {
  return new Promise((resolve, reject) => {
    let connected = false
    let late = false
    const request = http.request(new URL(post.url), {
      agent,
      method: 'POST',
      headers: post.headers,
      signal: post.signal,
      // NODE_TLS_REJECT_UNAUTHORIZED alone must not open the door.
      ...(post.trust ?? {rejectUnauthorized: true}),
    })
    const timer = setTimeout(() => {
      late = true
      request.destroy()
    }, post.timeoutMs)
    const fail = (error: unknown): void => {
      clearTimeout(timer)
      reject(new NoAnswer(late ? timeoutError() : error, connected))
    }
    request.on('error', fail)
    request.once('socket', (socket) => {
      if (!socket.connecting) connected = true
      else
        socket.once(request.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          connected = true
        })
    })
    request.once('response', (response) => {
      const {statusCode = 0, headers} = response
      read(response).then((text) => {
        clearTimeout(timer)
        resolve({httpStatus: statusCode, headers, text})
      }, fail)
    })
    request.end(post.body)
  })
}

/** @throws Error when it is cut off. */
function read(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.once('end', () => resolve(Buffer.concat(chunks).toString()))
    response.once('error', reject)
  })
}

function timeoutError(): Error {
  return Object.assign(new Error('no answer in time'), {code: 'TIMEOUT'})
}
