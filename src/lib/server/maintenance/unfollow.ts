import type {ServerDeps} from '../deps.ts'
import {findUnfollowed, unfollow} from '../store/runs/unfollow.ts'

/** Keeps nothing for those who do not look any more. */
export async function unfollowSilent(deps: ServerDeps): Promise<void> {
  const nowMs = deps.clock.now()
  for (const invokeId of await findUnfollowed(deps.db.read, nowMs)) {
    await deps.db.write((tx) => unfollow(tx, invokeId, nowMs))
  }
}
