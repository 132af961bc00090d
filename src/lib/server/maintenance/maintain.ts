import type {ServerDeps} from '../deps.ts'
import {newestMoment} from '../store/newest-moment.ts'
import {expireUndelivered} from './expire.ts'
import {giveUpLost} from './give-up.ts'
import {kickAgain, REKICK_MS} from './kick-again.ts'
import {pruneAll} from './prune.ts'

const EVERY_MS = 1000
const PRUNE_EVERY_MS = 10 * 60_000

/** Looks after time: deadlines, lost kicks, old rows. Each step may run twice at once, on two replicas, without harm. */
export async function maintain(deps: ServerDeps, signal: AbortSignal): Promise<void> {
  let kickedAtMs = 0
  let prunedAtMs = 0
  const clockNews = createClockNews(deps)
  await attempt(deps, 'remember the time', async () => {
    const newestMs = await newestMoment(deps.db.read)
    if (newestMs !== undefined) deps.clockWatch.remember(newestMs)
  })
  while (!signal.aborted) {
    const nowMs = deps.clock.now()
    clockNews()
    // A clock that is wrong for a moment must not end what runs.
    if (!deps.clockWatch.isFresh()) {
      await attempt(deps, 'expire', () => expireUndelivered(deps))
      await attempt(deps, 'give up', () => giveUpLost(deps))
    }
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

/** Says once that the clock has jumped, and once that it is believed again. */
function createClockNews({clockWatch, log}: ServerDeps): () => void {
  let isOff = false
  return () => {
    const byMs = clockWatch.jumpMs()
    if ((byMs !== 0) === isOff) return
    isOff = byMs !== 0
    if (isOff) log.warn('the clock has jumped; nothing old is deleted until it has held for a day', {byMs})
    else log.info('the clock is believed again')
  }
}
