import type {ServerDeps} from '../deps.ts'
import {findUnfinished, giveUp, isLost} from '../store/runs/overdue.ts'

/** Ends what was taken and of which nothing is heard any more. */
export async function giveUpLost(deps: ServerDeps): Promise<void> {
  const nowMs = deps.clock.now()
  const unfinished = await findUnfinished(deps.db.read, nowMs)
  for (const task of unfinished.filter((one) => isLost(one, nowMs))) {
    if (await deps.db.write((tx) => giveUp(tx, task, nowMs))) deps.changes.notify(task.invokeId)
  }
}
