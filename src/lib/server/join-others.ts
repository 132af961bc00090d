import {randomUuid} from '../core/random-text.ts'
import type {ServerDeps} from './deps.ts'
import {createClockWatch} from './maintenance/clock-watch.ts'
import type {ServerStore} from './store/open-store.ts'
import {createChannelBook} from './wake/channel-book.ts'
import {joinReplicas} from './wake/replicas.ts'

export interface Joined {
  deps: ServerDeps
  /** Leaves the others; the last thing before the store is closed. */
  leave(): Promise<void>
}

/** Makes a server one of several where its database is shared: with one clock, and kicks that reach agents of the others. */
export async function joinOthers(store: ServerStore, alone: ServerDeps): Promise<Joined> {
  if (!store.join) return {deps: alone, leave: async () => {}}
  const {log, db, randomBytes} = alone
  const replicaId = randomUuid(randomBytes)
  const joined = await store.join({
    clock: alone.clock,
    replicaId,
    onChange: (isLinked) => {
      if (isLinked) log.info('linked to the other servers on the database', {replicaId})
      else log.warn('the link to the other servers on the database is lost')
    },
  })
  const {clock} = joined
  const book = createChannelBook({db, clock, log, replicaId})
  const leaving = new AbortController()
  const keeping = book.keep(leaving.signal)
  const local = {kicker: alone.kicker, changes: alone.changes}
  return {
    deps: {
      ...alone,
      clock,
      clockWatch: createClockWatch(clock),
      ...joinReplicas({db, clock, randomBytes, peers: joined, book, local}),
    },
    leave: async () => {
      leaving.abort()
      await keeping
      await joined.close()
    },
  }
}
