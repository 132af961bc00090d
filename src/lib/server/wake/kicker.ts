import {reconnectSpreadMs} from '../../protocol/agent/heart-beat.ts'
import {DEREGISTER_KICK, encodeKick} from '../../protocol/agent/kick.ts'

/** A connected agent, as far as kicking it goes. */
export interface KickSocket {
  send(text: string): void
  close(code: number, reason: string): void
  /** Whether the agent still answers. */
  answers(): Promise<boolean>
  /** An agent of ours, which opens its channel anew as soon as that has closed; official ones may take half an hour. */
  comesBack?: boolean
}

/** Wakes agents that are connected to this process. A kick that finds nobody is lost on purpose: the agent fetches when it connects. */
export interface Kicker {
  kick(instanceId: string, kick: {kind: 'run' | 'stop'; taskId: string}): void
  /** The newest connection of an instance wins; the older one is closed. Returns what to call when this one has closed. */
  connected(instanceId: string, socket: KickSocket): (nowMs: number) => void
  /** The channel of an agent that comes back has closed. */
  left(instanceId: string, nowMs: number): void
  /**
   * When it left, of an agent that should have come back by now; undefined: it is connected, may still come back, or never left.
   * Whatever was heard of it later counts more.
   */
  goneSinceMs(instanceId: string, nowMs: number): number | undefined
  /**
   * Whether a living agent holds the connection already. A restarted agent's old connection answers no more; one that does belongs to
   * somebody else, such as the machine that this one was cloned from. It is noted, for whoever looks.
   */
  findRival(instanceId: string, nowMs: number): Promise<boolean>
  /** Whether two agents have claimed this identity of late. */
  isContested(instanceId: string, nowMs: number): boolean
  isConnected(instanceId: string): boolean
  connectedInstances(): string[]
  /** How many they are; asked at every heart-beat. */
  connectedCount(): number
  /** Tells an instance that it was deregistered, so that it forgets its identity and can register anew, and closes its connection. */
  disconnect(instanceId: string): void
  /** Closes a connection whose agent has a newer one at another server. */
  replaced(instanceId: string): void
  closeAll(): void
}

/** A refused agent comes back at least once a minute. */
export const CONTESTED_MS = 180_000
/** Beyond the time over which a fleet of this size comes back. */
const GRACE_MS = 1000

export function createKicker(): Kicker {
  const sockets = new Map<string, KickSocket>()
  const contested = new Map<string, number>()
  const absent = new Map<string, {atMs: number; backByMs: number}>()
  const replaced = (instanceId: string): void => {
    absent.delete(instanceId)
    sockets.get(instanceId)?.close(4409, 'replaced by a newer connection')
  }
  const left = (instanceId: string, nowMs: number): void => {
    if (sockets.has(instanceId)) return
    // Of a fleet that is cut off all at once, all count.
    const spreadMs = reconnectSpreadMs(sockets.size + absent.size + 1)
    absent.set(instanceId, {atMs: nowMs, backByMs: nowMs + spreadMs + GRACE_MS})
  }
  return {
    replaced,
    left,
    kick: (instanceId, kick) => sockets.get(instanceId)?.send(encodeKick(kick)),
    connected: (instanceId, socket) => {
      replaced(instanceId)
      sockets.set(instanceId, socket)
      return (nowMs) => {
        if (sockets.get(instanceId) !== socket) return
        sockets.delete(instanceId)
        if (socket.comesBack === true) left(instanceId, nowMs)
      }
    },
    goneSinceMs: (instanceId, nowMs) => {
      const one = absent.get(instanceId)
      return one !== undefined && nowMs >= one.backByMs ? one.atMs : undefined
    },
    findRival: async (instanceId, nowMs) => {
      const holder = sockets.get(instanceId)
      if (holder === undefined || !(await holder.answers()) || sockets.get(instanceId) !== holder) return false
      contested.set(instanceId, nowMs)
      return true
    },
    isContested: (instanceId, nowMs) => {
      const atMs = contested.get(instanceId)
      if (atMs !== undefined && Math.abs(nowMs - atMs) <= CONTESTED_MS) return true
      contested.delete(instanceId)
      return false
    },
    isConnected: (instanceId) => sockets.has(instanceId),
    connectedInstances: () => [...sockets.keys()],
    connectedCount: () => sockets.size,
    disconnect: (instanceId) => {
      const socket = sockets.get(instanceId)
      socket?.send(DEREGISTER_KICK)
      socket?.close(4403, 'deregistered')
    },
    closeAll: () => {
      for (const socket of sockets.values()) socket.close(1001, 'going away')
    },
  }
}
