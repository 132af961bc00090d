import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import type {Database} from '../store/database.ts'
import {ALIVE_MS, type ChannelNews, forgetReplicas, noteAlive, noteChannels} from '../store/fleet/channels.ts'

/** Keeps in the database which channels this server holds, and that it lives. */
export interface ChannelBook {
  opened(instanceId: string): void
  closed(instanceId: string): void
  /** Notes what is due, again and again, until aborted; then forgets this server. Never rejects. */
  keep(signal: AbortSignal): Promise<void>
}

const LOOK_MS = 250
const ALIVE_EVERY_MS = ALIVE_MS / 4
/** Of one statement. */
const MOST_AT_ONCE = 1000

export function createChannelBook(deps: {db: Database; clock: Clock; log: Logger; replicaId: string}): ChannelBook {
  const {db, clock, log, replicaId} = deps
  const open = new Map<string, number>()
  const news = new Map<string, ChannelNews>()
  let aliveAtMs = Number.NEGATIVE_INFINITY
  let isTold = false

  async function noteDue(): Promise<void> {
    const sinceMs = clock.monotonic() - aliveAtMs
    if (sinceMs >= ALIVE_EVERY_MS) {
      await db.write((tx) => noteAlive(tx, replicaId, clock.now()))
      // Meanwhile it may have been taken for dead and forgotten.
      if (sinceMs >= ALIVE_MS) {
        for (const [instanceId, openedAtMs] of open) {
          if (!news.has(instanceId)) news.set(instanceId, {instanceId, openedAtMs, isOpen: true})
        }
      }
      aliveAtMs = clock.monotonic()
    }
    while (news.size > 0) {
      const some = [...news.values()].slice(0, MOST_AT_ONCE)
      await db.write((tx) => noteChannels(tx, replicaId, some))
      // What has changed while that was written is written next.
      for (const one of some) if (news.get(one.instanceId) === one) news.delete(one.instanceId)
    }
  }

  return {
    opened: (instanceId) => {
      const openedAtMs = clock.now()
      open.set(instanceId, openedAtMs)
      news.set(instanceId, {instanceId, openedAtMs, isOpen: true})
    },
    closed: (instanceId) => {
      open.delete(instanceId)
      news.set(instanceId, {instanceId, openedAtMs: 0, isOpen: false})
    },
    keep: async (signal) => {
      while (!signal.aborted) {
        try {
          await noteDue()
          isTold = false
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          if (!isTold) log.warn('channels could not be noted', {reason: reason.slice(0, 200)})
          isTold = true
        }
        await clock.sleep(LOOK_MS, signal)
      }
      await db.write((tx) => forgetReplicas(tx, {replicaId})).catch(() => {})
    },
  }
}
