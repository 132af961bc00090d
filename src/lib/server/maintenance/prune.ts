import type {ServerDeps} from '../deps.ts'
import {prune} from '../store/prune.ts'

/**
 * Forgets what is too old, a portion at a time. While the clock cannot be believed nothing is old: history would be gone for good, and
 * with the nonces the protection from requests that come twice.
 */
export async function pruneAll(deps: ServerDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && deps.clockWatch.mayForget()) {
    if ((await deps.db.write((tx) => prune(tx, deps.clock.now()))) === 0) return
  }
}
