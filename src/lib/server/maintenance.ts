import type {ServerDeps} from './deps.ts'
import {prune} from './store/prune.ts'
import {listOpenWork} from './store/runs/open-work.ts'
import {expire, findUndelivered, findUnfinished, giveUp, isLost} from './store/runs/overdue.ts'

const EVERY_MS = 1000
/** A kick that an agent has not followed is repeated after this. */
const REKICK_MS = 4000
const PRUNE_EVERY_MS = 10 * 60_000

/** Looks after time: deadlines, lost kicks, old rows. Each step may run twice at once, on two replicas, without harm. */
export async function maintain(deps: ServerDeps, signal: AbortSignal): Promise<void> {
  let kickedAtMs = 0
  let prunedAtMs = 0
  while (!signal.aborted) {
    const nowMs = deps.clock.now()
    await attempt(deps, 'expire', () => expireUndelivered(deps))
    await attempt(deps, 'give up', () => giveUpLost(deps))
    // Clocks may jump back; a difference of any sign counts.
    if (Math.abs(nowMs - kickedAtMs) >= REKICK_MS) {
      kickedAtMs = nowMs
      await attempt(deps, 'kick again', () => kickAgain(deps))
    }
    if (Math.abs(nowMs - prunedAtMs) >= PRUNE_EVERY_MS) {
      prunedAtMs = nowMs
      await attempt(deps, 'prune', () => pruneAll(deps, signal))
    }
    await deps.clock.sleep(EVERY_MS, signal)
  }
}

/** A full disk or a bug in one duty must not end the others. */
async function attempt(deps: ServerDeps, duty: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    deps.log.error('maintenance failed', {duty, reason: reason.slice(0, 200)})
  }
}

export async function expireUndelivered(deps: ServerDeps): Promise<void> {
  const overdue = await findUndelivered(deps.db.read, deps.clock.now())
  for (const task of overdue) {
    const now = {nowMs: deps.clock.now(), isConnected: deps.kicker.isConnected(task.instanceId)}
    if (await deps.db.write((tx) => expire(tx, task, now))) deps.changes.notify(task.invokeId)
  }
}

export async function giveUpLost(deps: ServerDeps): Promise<void> {
  const nowMs = deps.clock.now()
  const unfinished = await findUnfinished(deps.db.read, nowMs)
  for (const task of unfinished.filter((one) => isLost(one, nowMs))) {
    if (await deps.db.write((tx) => giveUp(tx, task, nowMs))) deps.changes.notify(task.invokeId)
  }
}

/** Kicks get lost, and agents do not fetch when they reconnect. */
export async function kickAgain(deps: ServerDeps): Promise<void> {
  if (deps.kicker.connectedInstances().length === 0) return
  for (const work of await listOpenWork(deps.db.read, deps.clock.now() - REKICK_MS)) {
    deps.kicker.kick(work.instanceId, {kind: work.kind, taskId: work.taskId})
  }
}

export async function pruneAll(deps: ServerDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await deps.db.write((tx) => prune(tx, deps.clock.now()))) > 0);
}
