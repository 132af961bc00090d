import type {ServerDeps} from '../deps.ts'
import {listOpenWork} from '../store/runs/open-work.ts'

/** A kick that an agent has not followed is repeated after this. */
export const REKICK_MS = 4000

/** Kicks get lost, and agents do not fetch when they reconnect. */
export async function kickAgain(deps: ServerDeps): Promise<void> {
  if (deps.kicker.connectedCount() === 0) return
  for (const work of await listOpenWork(deps.db.read, deps.clock.now() - REKICK_MS)) {
    deps.kicker.kick(work.instanceId, {kind: work.kind, taskId: work.taskId})
  }
}
