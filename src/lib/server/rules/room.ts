/**
 * Memory for what has come of requests before anybody knows whose they are. Each source has a share, so that one that holds its last
 * bytes back takes nothing from the others, and all sources together have a limit too.
 */
export interface Room {
  /** False when there is no room for so many bytes more; nothing is taken then. */
  take(source: string, bytes: number): boolean
  giveBack(source: string, bytes: number): void
}

export function createRoom(limits: {perSourceBytes: number; totalBytes: number}): Room {
  const taken = new Map<string, number>()
  let total = 0
  return {
    take: (source, bytes) => {
      const own = (taken.get(source) ?? 0) + bytes
      if (own > limits.perSourceBytes || total + bytes > limits.totalBytes) return false
      taken.set(source, own)
      total += bytes
      return true
    },
    giveBack: (source, bytes) => {
      const own = (taken.get(source) ?? 0) - bytes
      if (own > 0) taken.set(source, own)
      else taken.delete(source)
      total -= bytes
    },
  }
}

/** For bodies: a caller of the API sends at most 100 KB at a time, an agent less. */
export const BODY_ROOM = {perSourceBytes: 16 * 1024 * 1024, totalBytes: 128 * 1024 * 1024}
