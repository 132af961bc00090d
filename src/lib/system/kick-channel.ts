import {WebSocket} from 'ws'
import type {Network} from './network.ts'

const HANDSHAKE_MS = 10_000
const PING_MS = 60_000
const LONGEST_KICK_BYTES = 64 * 1024

/**
 * Opens the WebSocket on which a server wakes its agents. Resolves with the reason once it is closed and never rejects.
 * Every minute a ping goes out; one that is not answered until the next ends the connection, so that a dead peer is noticed.
 */
export function createKickConnect(network: Network) {
  return async (request: {
    url: string
    headers: Record<string, string>
    signal: AbortSignal
    onOpen(): void
    /** The text that is sent back. */
    onText(text: string): string
  }): Promise<{reason: string; status?: number}> => {
    const way = await network.to(new URL(request.url))
    return new Promise((resolve) => {
      const socket = new WebSocket(request.url, {
        headers: request.headers,
        handshakeTimeout: HANDSHAKE_MS,
        perMessageDeflate: false,
        followRedirects: false,
        maxPayload: LONGEST_KICK_BYTES,
        ...way,
      })
      let reason = 'closed'
      let status: number | undefined
      let answered = true
      let pinging: NodeJS.Timeout | undefined
      const close = (): void => socket.terminate()
      const ping = (): void => {
        if (!answered) {
          reason = 'ping not answered'
          close()
        } else {
          answered = false
          socket.ping('keepalive')
        }
      }
      request.signal.addEventListener('abort', close, {once: true})
      socket.on('open', () => {
        ping()
        pinging = setInterval(ping, PING_MS)
        request.onOpen()
      })
      socket.on('pong', () => {
        answered = true
      })
      socket.on('message', (data) => socket.send(request.onText(data.toString())))
      socket.on('unexpected-response', (asked, answer) => {
        status = answer.statusCode
        reason = `refused with status ${status}`
        asked.destroy()
        close()
      })
      socket.on('error', (error) => {
        if (status === undefined) reason = error.message
      })
      socket.on('close', (code) => {
        clearInterval(pinging)
        request.signal.removeEventListener('abort', close)
        resolve({reason: `${reason} (${code})`, ...(status !== undefined && {status})})
      })
      if (request.signal.aborted) close()
    })
  }
}
