import type {Socket} from 'node:net'
import {plainAddress} from '../rules/ip-range.ts'

/** Who a connection belongs to, since somebody has proved on it who they are: agents keep theirs, callers come and go. */
export type Side = 'agent' | 'caller'

/** `full`: its side has as many as it may; `tooMany`: whoever it is has. It should be told and hung up on. */
export type Admission = 'admitted' | 'full' | 'tooMany'

export interface ConnectionLimits {
  /** Agents keep two or three each, so they would take every one there is, and operators could not even look. */
  sides: Readonly<Record<Side, number>>
  /** Of one instance, or of one access key. */
  each: Readonly<Record<Side, number>>
  /** Those on which nobody has proved yet who they are. */
  strangers: number
  /** Of these, from one address. A whole fleet may be behind it. */
  strangersPerSource: number
}

export interface Connections {
  /** Takes note of a new one. Where there are too many strangers, this one or the one that has waited longest is cut. */
  meet(socket: Socket): void
  /** Somebody has proved on it who they are. Only the first time counts: a proxy may send others over it. */
  admit(connection: Peer, side: Side, id: string): Admission
  /** Whether anybody has. */
  isKnown(connection: Peer): boolean
  /** Hangs up on all strangers but these. */
  cutStrangers(except: ReadonlyArray<Peer | null>): void
}

/** Of a TLS connection the socket beneath has the same. */
export interface Peer {
  remoteAddress?: string | undefined
  remotePort?: number | undefined
}

/** What the server opens beside connections: its database, its log, and some to spare. */
const OWN_FILES = 64
const MOST: Readonly<Record<Side, number>> = {agent: 36_000, caller: 2000}
const MOST_STRANGERS = 2000

/** Shares of what the system lets this process open; `undefined`: enough. */
export function connectionLimits(openFiles = Number.POSITIVE_INFINITY): ConnectionLimits {
  const room = Math.max(0, openFiles - OWN_FILES)
  const tenth = Math.max(4, Math.floor(room / 10))
  const caller = Math.min(MOST.caller, tenth)
  const strangers = Math.min(MOST_STRANGERS, tenth)
  const agent = Math.min(MOST.agent, Math.max(4, room - caller - strangers))
  return {
    sides: {agent, caller},
    each: {agent: 32, caller: Math.ceil(caller / 2)},
    strangers,
    strangersPerSource: Math.ceil(strangers / 2),
  }
}

export function createConnections(limits: ConnectionLimits): Connections {
  const strangers = new Map<string, {socket: Socket; source: string}>()
  const strangersOf = new Map<string, number>()
  const known = new Map<string, {side: Side; owner: string}>()
  const open: Record<Side, number> = {agent: 0, caller: 0}
  const openOf = new Map<string, number>()

  function forgetStranger(name: string): void {
    const stranger = strangers.get(name)
    if (stranger === undefined) return
    strangers.delete(name)
    add(strangersOf, stranger.source, -1)
  }

  function forget(name: string): void {
    forgetStranger(name)
    const owned = known.get(name)
    if (owned === undefined) return
    known.delete(name)
    open[owned.side] -= 1
    add(openOf, owned.owner, -1)
  }

  return {
    meet: (socket) => {
      const [name, source] = [nameOf(socket), plainAddress(socket.remoteAddress ?? '')]
      if ((strangersOf.get(source) ?? 0) >= limits.strangersPerSource) {
        socket.destroy()
        return
      }
      if (strangers.size >= limits.strangers) {
        const [longest, {socket: waiting}] = strangers.entries().next().value ?? [name, {socket}]
        forgetStranger(longest)
        waiting.destroy()
      }
      strangers.set(name, {socket, source})
      add(strangersOf, source, 1)
      socket.once('close', () => forget(name))
    },
    admit: (connection, side, id) => {
      const name = nameOf(connection)
      const owner = `${side} ${id}`
      // It has closed meanwhile.
      if (known.has(name) || !strangers.has(name)) return 'admitted'
      if ((openOf.get(owner) ?? 0) >= limits.each[side]) return 'tooMany'
      if (open[side] >= limits.sides[side]) return 'full'
      forgetStranger(name)
      known.set(name, {side, owner})
      open[side] += 1
      add(openOf, owner, 1)
      return 'admitted'
    },
    isKnown: (connection) => known.has(nameOf(connection)),
    cutStrangers: (except) => {
      const spared = new Set(except.map((one) => one && nameOf(one)))
      for (const [name, {socket}] of strangers) if (!spared.has(name)) socket.destroy()
    },
  }
}

function nameOf({remoteAddress, remotePort}: Peer): string {
  return `${remoteAddress} ${remotePort}`
}

function add(counts: Map<string, number>, name: string, by: number): void {
  const count = (counts.get(name) ?? 0) + by
  if (count > 0) counts.set(name, count)
  else counts.delete(name)
}
