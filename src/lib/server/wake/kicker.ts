import {DEREGISTER_KICK, encodeKick} from '../../protocol/agent/kick.ts'

/** A connected agent, as far as kicking it goes. */
export interface KickSocket {
  send(text: string): void
  close(code: number, reason: string): void
}

/** Wakes agents that are connected to this process. A kick that finds nobody is lost on purpose: the agent fetches when it connects. */
export interface Kicker {
  kick(instanceId: string, kick: {kind: 'run' | 'stop'; taskId: string}): void
  /** The newest connection of an instance wins; the older one is closed. Returns what to call when this one has closed. */
  connected(instanceId: string, socket: KickSocket): () => void
  isConnected(instanceId: string): boolean
  connectedInstances(): string[]
  /** Tells an instance that it was deregistered, so that it forgets its identity and can register anew, and closes its connection. */
  disconnect(instanceId: string): void
  closeAll(): void
}

export function createKicker(): Kicker {
  const sockets = new Map<string, KickSocket>()
  return {
    kick: (instanceId, kick) => sockets.get(instanceId)?.send(encodeKick(kick)),
    connected: (instanceId, socket) => {
      sockets.get(instanceId)?.close(4409, 'replaced by a newer connection')
      sockets.set(instanceId, socket)
      return () => {
        if (sockets.get(instanceId) === socket) sockets.delete(instanceId)
      }
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
