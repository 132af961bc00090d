import type {ServerDeps} from '../deps.ts'
import {lowerMark, readMark, setMark} from '../store/marks.ts'
import {newestMoment} from '../store/newest-moment.ts'

/** What is stored is compared with the clock at the next start; corrections are larger than this. */
export const KEEP_TIME_EVERY_MS = 60_000

/** Tells the watch what time it was when a server last believed its clock here. */
export async function rememberTime({db, clockWatch}: ServerDeps): Promise<void> {
  // Before that was stored, whatever had happened told it, though also what a wrong clock had made.
  const atMs = (await readMark(db.read, 'time')) ?? (await newestMoment(db.read))
  if (atMs !== undefined) clockWatch.remember(atMs)
}

/**
 * Stores the time while it can be believed. A new time that was held for long enough also ends the distrust of requests that are signed by
 * it: somebody has put the clock right, and would wait for as long as it was wrong.
 */
export function createKeepTime({db, clock, clockWatch}: ServerDeps): () => Promise<void> {
  let isAnew = false
  return async () => {
    if (!clockWatch.mayForget()) return
    isAnew = clockWatch.takeBelieved() || isAnew
    const nowMs = clock.now()
    await db.write(async (tx) => {
      await setMark(tx, 'time', nowMs)
      if (isAnew) await lowerMark(tx, 'forgotten', nowMs)
    })
    isAnew = false
  }
}
