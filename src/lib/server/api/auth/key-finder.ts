import type {ServerDeps} from '../../deps.ts'
import {type AccessKey, readAccessKey} from '../../store/calls/access-keys.ts'

export interface KeyFinder {
  find(accessKeyId: string): Promise<AccessKey | undefined>
}

/** How long a key that was disabled may go on working. */
const CACHE_MS = 5000
const CACHED_KEYS = 1000

/** Looks keys up, remembering the known ones (never the unknown: a new key works at once, and strangers cannot fill the memory). */
export function createKeyFinder(deps: Pick<ServerDeps, 'db' | 'clock' | 'secrets'>): KeyFinder {
  const cache = new Map<string, {key: AccessKey; untilMs: number}>()
  return {
    find: async (accessKeyId) => {
      const nowMs = deps.clock.monotonic()
      const cached = cache.get(accessKeyId)
      if (cached && nowMs < cached.untilMs) return cached.key
      cache.delete(accessKeyId)
      const key = await readAccessKey(deps, accessKeyId)
      if (!key) return undefined
      if (cache.size >= CACHED_KEYS) cache.clear()
      cache.set(accessKeyId, {key, untilMs: nowMs + CACHE_MS})
      return key
    },
  }
}
