import type {Kysely} from 'kysely'
import type {Tx} from '../database.ts'
import type {Schema} from '../schema.ts'
import {isConflict} from './failure.ts'

const MOST_TRIES = 6
const FIRST_WAIT_MS = 5

/**
 * Runs each work in a transaction of its own. One that was in the way of another is run again from its beginning, a few times; one of
 * which nobody knows whether it was committed is not.
 */
export function createTransactions(
  db: Kysely<Schema>,
  random: () => number = Math.random,
): <T>(work: (tx: Tx) => Promise<T>) => Promise<T> {
  return async (work) => {
    for (let tries = 1; ; tries++) {
      try {
        return await db.transaction().setIsolationLevel('read committed').execute(work)
      } catch (error) {
        if (!isConflict(error) || tries === MOST_TRIES) throw error
        const waitMs = FIRST_WAIT_MS * 2 ** tries * random()
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }
}
