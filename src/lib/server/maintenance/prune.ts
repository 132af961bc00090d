import type {ServerDeps} from '../deps.ts'
import {forgetReplicas} from '../store/fleet/channels.ts'
import {prune} from '../store/prune.ts'

/** Servers that have been dead for so long are forgotten; one that wakes up makes itself known again. */
const DEAD_MS = 10 * 60_000

/**
 * Forgets what is too old, a portion at a time. While the clock cannot be believed nothing is old: history would be gone for good, and
 * with the nonces the protection from requests that come twice.
 */
export async function pruneAll(deps: ServerDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && deps.clockWatch.mayForget()) {
    if ((await deps.db.write((tx) => prune(tx, deps.clock.now()))) === 0) break
  }
  if (deps.replicas) await deps.db.write((tx) => forgetReplicas(tx, {deadSinceMs: deps.clock.now() - DEAD_MS}))
}
