import {CompiledQuery, type Kysely} from 'kysely'
import type {Tx} from '../database.ts'
import type {Schema} from '../schema.ts'

interface Waiting {
  work(tx: Tx): Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** More would only make the first of them wait; a commit costs about as much as fifty small writes. */
const LARGEST_GROUP = 64

// Compiled once: every write needs them, and building them anew took longer than running them.
const BEGIN = CompiledQuery.raw('begin immediate')
const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')
const SAVEPOINT = CompiledQuery.raw('savepoint one')
const RELEASE = CompiledQuery.raw('release one')
const ROLLBACK_TO = CompiledQuery.raw('rollback to one')

/**
 * Writes that arrive while a commit is under way share the next one: each runs under a savepoint of its own, and none is told of
 * its success before the commit they share is durable.
 */
export function createGroupCommit(db: Kysely<Schema>): {
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  idle(): Promise<void>
} {
  const queue: Waiting[] = []
  let pumping: Promise<void> | undefined

  async function pump(): Promise<void> {
    do {
      // The engine answers without a turn of the event loop, so nobody else would get one while there is something to write. It also
      // lets requests that were read together join this group.
      await new Promise(setImmediate)
      await commitGroup(queue.splice(0, LARGEST_GROUP))
    } while (queue.length > 0)
    pumping = undefined
  }

  async function commitGroup(group: Waiting[]): Promise<void> {
    const outcomes: Array<() => void> = []
    try {
      await db.connection().execute(async (connection) => {
        await connection.executeQuery(BEGIN)
        try {
          for (const waiting of group) outcomes.push(await runOne(connection as unknown as Tx, waiting))
          await connection.executeQuery(COMMIT)
        } catch (error) {
          await connection.executeQuery(ROLLBACK).catch(() => {})
          throw error
        }
      })
    } catch (error) {
      for (const waiting of group) waiting.reject(error)
      return
    }
    for (const tell of outcomes) tell()
  }

  return {
    write: <T>(work: (tx: Tx) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        queue.push({work, resolve: resolve as (value: unknown) => void, reject})
        pumping ??= pump()
      }),
    idle: async () => {
      while (pumping) await pumping
    },
  }
}

async function runOne(tx: Tx, waiting: Waiting): Promise<() => void> {
  await tx.executeQuery(SAVEPOINT)
  try {
    const value = await waiting.work(tx)
    await tx.executeQuery(RELEASE)
    return () => waiting.resolve(value)
  } catch (error) {
    try {
      await tx.executeQuery(ROLLBACK_TO)
      await tx.executeQuery(RELEASE)
    } catch {
      // A full disk ends the whole transaction: what it said then is what all of them must hear.
      throw error
    }
    return () => waiting.reject(error)
  }
}
