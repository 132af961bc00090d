import {STATUS_CODES} from 'node:http'
import type {Duplex} from 'node:stream'
import {MOST_HEAD_BYTES} from './head.ts'

/** A request that the parser gave up on. */
export interface Unread {
  status: number
  message: string
  /** What is left of it: the last piece that came. */
  piece: string
}

/** What the parser's error means for the caller. */
export function unreadOf(error: Error & {code?: string; rawPacket?: Buffer}): Unread {
  const piece = error.rawPacket?.toString('latin1') ?? ''
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return {status: 431, message: `URL and headers together may have at most ${MOST_HEAD_BYTES} bytes.`, piece}
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return {status: 408, message: 'The request took too long.', piece}
  return {status: 400, message: 'This is not an HTTP request.', piece}
}

/** Writes an answer by hand, as there is no request that it could belong to, and hangs up. */
export async function answerUnread(socket: Duplex, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const head = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n${headers}content-length: ${body.length}\r\nconnection: close\r\n\r\n`
  socket.end(Buffer.concat([Buffer.from(head, 'latin1'), body]))
}
