import type {ServerDeps} from '../deps.ts'
import {expire, findUndelivered} from '../store/runs/overdue.ts'

/** Ends what no agent has taken by its deadline. */
export async function expireUndelivered(deps: ServerDeps): Promise<void> {
  const overdue = await findUndelivered(deps.db.read, deps.clock.now())
  for (const task of overdue) {
    const now = {nowMs: deps.clock.now(), isConnected: deps.kicker.isConnected(task.instanceId)}
    if (await deps.db.write((tx) => expire(tx, task, now))) deps.changes.notify(task.invokeId)
  }
}
