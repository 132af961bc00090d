import type {Clock} from '../../core/clock.ts'
import type {ServerDeps} from '../deps.ts'
import {expireUndelivered} from './expire.ts'
import {giveUpLost} from './give-up.ts'
import {createKeepTime, KEEP_TIME_EVERY_MS, rememberTime} from './keep-time.ts'
import {kickAgain, REKICK_MS} from './kick-again.ts'
import {pruneAll} from './prune.ts'
import {unfollowSilent} from './unfollow.ts'

const EVERY_MS = 1000
const PRUNE_EVERY_MS = 10 * 60_000

/**
 * Looks after time: deadlines, lost kicks, old rows. Of several servers on one database each wakes the agents connected to it, and one does
 * the rest; each step may run twice at once without harm.
 */
export async function maintain(deps: ServerDeps, signal: AbortSignal): Promise<void> {
  const clockNews = createClockNews(deps)
  const keepTime = createKeepTime(deps)
  const isDue = createTimetable(deps.clock)
  const attempt = createAttempt(deps)
  const leads = (): boolean => deps.replicas?.leads() ?? true
  await attempt('remember the time', () => rememberTime(deps))
  while (!signal.aborted) {
    clockNews()
    if (isDue('kick again', REKICK_MS)) await attempt('kick again', () => kickAgain(deps))
    if (leads()) {
      // A clock that is wrong for a moment must not end what runs.
      if (!deps.clockWatch.isFresh()) {
        await attempt('expire', () => expireUndelivered(deps))
        await attempt('give up', () => giveUpLost(deps))
        await attempt('unfollow', () => unfollowSilent(deps))
      }
      if (isDue('keep the time', KEEP_TIME_EVERY_MS)) await attempt('keep the time', keepTime)
      if (isDue('prune', PRUNE_EVERY_MS)) await attempt('prune', () => pruneAll(deps, signal))
    }
    await deps.clock.sleep(EVERY_MS, signal)
  }
}

/** By the time that has passed, whatever the clock says. At first everything is due. */
function createTimetable(clock: Clock): (duty: string, everyMs: number) => boolean {
  const doneAtMs = new Map<string, number>()
  return (duty, everyMs) => {
    const nowMs = clock.monotonic()
    if (nowMs - (doneAtMs.get(duty) ?? Number.NEGATIVE_INFINITY) < everyMs) return false
    doneAtMs.set(duty, nowMs)
    return true
  }
}

const TOLD_EVERY_MS = 60_000

/** A full disk or a bug in one duty must not end the others; nor does a disk get emptier by being told of it every second. */
function createAttempt({clock, log}: ServerDeps): (duty: string, work: () => Promise<void>) => Promise<void> {
  const toldAtMs = new Map<string, number>()
  return async (duty, work) => {
    try {
      await work()
      if (toldAtMs.delete(duty)) log.info('maintenance goes on', {duty})
    } catch (error) {
      const nowMs = clock.monotonic()
      if (nowMs - (toldAtMs.get(duty) ?? Number.NEGATIVE_INFINITY) < TOLD_EVERY_MS) return
      toldAtMs.set(duty, nowMs)
      const reason = error instanceof Error ? error.message : String(error)
      log.error('maintenance failed', {duty, reason: reason.slice(0, 200)})
    }
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
