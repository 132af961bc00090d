import type {Server, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import {Server as TlsServer} from 'node:tls'
import {plainAddress} from '../rules/ip-range.ts'

export interface HeadLimits {
  perSourceBytes: number
  totalBytes: number
  everyMs: number
}

const LIMITS: HeadLimits = {perSourceBytes: 16 * 1024 * 1024, totalBytes: 64 * 1024 * 1024, everyMs: 250}

/**
 * Bounds the memory of heads that never end: the parser keeps what has come of them, and tells nobody. Looks now and then at all
 * connections on which no request is under way; where a source's, or all, hold more than their share, those are cut.
 * @returns what ends it.
 */
export function boundHeads(server: Server, limits: HeadLimits = LIMITS): {end(): void} {
  /** By connection, how many bytes had come when its last request was done; `undefined` while one is under way. */
  const readBefore = new Map<Socket, number | undefined>()
  const meet = (socket: Socket): void => {
    readBefore.set(socket, 0)
    socket.once('close', () => readBefore.delete(socket))
  }
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', meet)
  server.on('request', ({socket}, outgoing: ServerResponse) => {
    readBefore.set(socket, undefined)
    outgoing.once('close', () => {
      if (readBefore.has(socket)) readBefore.set(socket, socket.bytesRead)
    })
  })
  server.on('upgrade', ({socket}) => readBefore.delete(socket as Socket))
  const looking = setInterval(() => cutGreedy(readBefore, limits), limits.everyMs)
  looking.unref()
  return {
    end: () => clearInterval(looking),
  }
}

function cutGreedy(readBefore: ReadonlyMap<Socket, number | undefined>, limits: HeadLimits): void {
  const bySource = new Map<string, {bytes: number; sockets: Socket[]}>()
  let total = 0
  for (const [socket, before] of readBefore) {
    const bytes = before === undefined ? 0 : socket.bytesRead - before
    if (bytes <= 0) continue
    const source = plainAddress(socket.remoteAddress ?? '')
    const held = bySource.get(source) ?? {bytes: 0, sockets: []}
    bySource.set(source, held)
    held.bytes += bytes
    held.sockets.push(socket)
    total += bytes
  }
  const greediest = [...bySource.values()].sort((a, b) => b.bytes - a.bytes)
  for (const {bytes, sockets} of greediest) {
    if (bytes <= limits.perSourceBytes && total <= limits.totalBytes) return
    for (const socket of sockets) socket.destroy()
    total -= bytes
  }
}
