import {DEREGISTER_KICK, encodeKick} from '../../protocol/agent/kick.ts'

/** A connected agent, as far as kicking it goes. */
export interface KickSocket {
  send(text: string): void
  close(code: number, reason: string): void
  /** Whether the agent still answers. */
  answers(): Promise<boolean>
}

/** Wakes agents that are connected to this process. A kick that finds nobody is lost on purpose: the agent fetches when it connects. */
export interface Kicker {
  kick(instanceId: string, kick: {kind: 'run' | 'stop'; taskId: string}): void
  /** The newest connection of an instance wins; the older one is closed. Returns what to call when this one has closed. */
  connected(instanceId: string, socket: KickSocket): () => void
  /**
   * Whether a living agent holds the connection already. A restarted agent's old connection answers no more; one that does belongs to
   * somebody else, such as the machine that this one was cloned from. It is noted, for whoever looks.
   */
  findRival(instanceId: string, nowMs: number): Promise<boolean>
  /** Whether two agents have claimed this identity of late. */
  isContested(instanceId: string, nowMs: number): boolean
  isConnected(instanceId: string): boolean
  connectedInstances(): string[]
  /** Tells an instance that it was deregistered, so that it forgets its identity and can register anew, and closes its connection. */
  disconnect(instanceId: string): void
  /** Closes a connection whose agent has a newer one at another server. */
  replaced(instanceId: string): void
  closeAll(): void
}

/** A refused agent comes back at least once a minute. */
export const CONTESTED_MS = 180_000

export function createKicker(): Kicker {
  const sockets = new Map<string, KickSocket>()
  const contested = new Map<string, number>()
  const replaced = (instanceId: string): void => sockets.get(instanceId)?.close(4409, 'replaced by a newer connection')
  return {
    replaced,
    kick: (instanceId, kick) => sockets.get(instanceId)?.send(encodeKick(kick)),
    connected: (instanceId, socket) => {
      replaced(instanceId)
      sockets.set(instanceId, socket)
      return () => {
        if (sockets.get(instanceId) === socket) sockets.delete(instanceId)
      }
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
