import type {ServerDeps} from '../deps.ts'
import {expire, findUndelivered} from '../store/runs/overdue.ts'
import {channelsOf} from '../wake/channels.ts'

/** Ends what no agent has taken by its deadline. */
export async function expireUndelivered(deps: ServerDeps): Promise<void> {
  const overdue = await findUndelivered(deps.db.read, deps.clock.now())
  for (const task of overdue) {
    const nowMs = deps.clock.now()
    const channels = await channelsOf(deps, [task.instanceId], nowMs)
    const now = {nowMs, isConnected: channels.get(task.instanceId)?.isUp === true}
    if (await deps.db.write((tx) => expire(tx, task, now))) deps.changes.notify(task.invokeId)
  }
}
