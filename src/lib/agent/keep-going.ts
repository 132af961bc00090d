import type {Clock} from '../core/clock.ts'
import type {Logger} from '../core/log.ts'
import {systemReason} from '../core/system-reason.ts'

const PAUSE_MS = 1000

/**
 * Stays with work that goes on until aborted. What it throws must end neither it nor the agent and the scripts under it: it is logged, and
 * the work begins anew after a second.
 */
export async function keepGoing(
  deps: {clock: Clock; log: Logger},
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await work(signal)
    } catch (error) {
      deps.log.error('something failed inside the agent and is tried again', {in: name, reason: reasonOf(error)})
      await deps.clock.sleep(PAUSE_MS, signal)
    }
  }
}

/** For work that comes once: what it throws is logged, and nothing else. */
export async function attempt(log: Logger, name: string, work: () => Promise<void> | void): Promise<void> {
  try {
    await work()
  } catch (error) {
    log.error('something failed inside the agent', {in: name, reason: reasonOf(error)})
  }
}

function reasonOf(error: unknown): string {
  return systemReason(error) ?? String(error)
}
