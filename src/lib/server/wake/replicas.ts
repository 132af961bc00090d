import type {Clock} from '../../core/clock.ts'
import type {RandomBytes} from '../../core/ids.ts'
import {randomUuid} from '../../core/random-text.ts'
import type {Database} from '../store/database.ts'
import {heldChannels, noteContested} from '../store/fleet/channels.ts'
import type {Peers} from '../store/replicas.ts'
import type {Changes} from './changes.ts'
import type {ChannelBook} from './channel-book.ts'
import type {Replicas} from './channels.ts'
import {CONTESTED_MS, type Kicker, type KickSocket} from './kicker.ts'
import {decodePeerNews, encodePeerNews, type PeerNews} from './peer-news.ts'

export interface ReplicaDeps {
  db: Database
  clock: Clock
  randomBytes: RandomBytes
  peers: Peers
  book: ChannelBook
  /** Those of this process alone. */
  local: {kicker: Kicker; changes: Changes}
}

/** A little longer than an agent has to answer a ping. */
const QUESTION_MS = 3000

/** Lets kicks and changes reach agents and callers that are connected to other servers. */
export function joinReplicas(deps: ReplicaDeps): {kicker: Kicker; changes: Changes; replicas: Replicas} {
  const {db, clock, peers, book, local} = deps
  const questions = new Map<string, (isAlive: boolean) => void>()
  const tell = (news: PeerNews): void => peers.tell(encodePeerNews(news))

  peers.onTold((message) => {
    const news = decodePeerNews(message)
    if (news === undefined) return
    if (news.tells === 'kick') local.kicker.kick(news.instanceId, news)
    if (news.tells === 'changed') local.changes.notify(news.invokeId)
    if (news.tells === 'deregistered') local.kicker.disconnect(news.instanceId)
    if (news.tells === 'connected') local.kicker.replaced(news.instanceId)
    if (news.tells === 'left') local.kicker.left(news.instanceId, clock.now())
    if (news.tells === 'answer') questions.get(news.id)?.(news.isAlive)
    if (news.tells === 'question' && local.kicker.isConnected(news.instanceId)) void answer(news)
  })

  async function answer({instanceId, id}: {instanceId: string; id: string}): Promise<void> {
    tell({tells: 'answer', id, isAlive: await local.kicker.findRival(instanceId, clock.now())})
  }

  async function isAliveElsewhere(instanceId: string, nowMs: number): Promise<boolean> {
    const holder = (await heldChannels(db.read, [instanceId], nowMs)).get(instanceId)
    if (holder === undefined || holder.replicaId === peers.replicaId) return false
    const id = randomUuid(deps.randomBytes)
    const answered = new Promise<boolean>((resolve) => questions.set(id, resolve))
    const patience = new AbortController()
    tell({tells: 'question', instanceId, id})
    // A server that cannot even answer holds nobody.
    const isAlive = await Promise.race([answered, clock.sleep(QUESTION_MS, patience.signal).then(() => false)])
    patience.abort()
    questions.delete(id)
    return isAlive
  }

  const kicker: Kicker = {
    ...local.kicker,
    kick: (instanceId, kick) => {
      if (local.kicker.isConnected(instanceId)) local.kicker.kick(instanceId, kick)
      else tell({tells: 'kick', instanceId, ...kick})
    },
    connected: (instanceId, socket: KickSocket) => {
      const disconnected = local.kicker.connected(instanceId, socket)
      book.opened(instanceId)
      tell({tells: 'connected', instanceId})
      return (nowMs) => {
        disconnected(nowMs)
        if (local.kicker.isConnected(instanceId)) return
        book.closed(instanceId)
        if (socket.comesBack === true) tell({tells: 'left', instanceId})
      }
    },
    findRival: async (instanceId, nowMs) => {
      const hasRival = (await local.kicker.findRival(instanceId, nowMs)) || (await isAliveElsewhere(instanceId, nowMs))
      if (hasRival) await db.write((tx) => noteContested(tx, instanceId, nowMs))
      return hasRival
    },
    disconnect: (instanceId) => {
      local.kicker.disconnect(instanceId)
      tell({tells: 'deregistered', instanceId})
    },
  }
  const changes: Changes = {
    ...local.changes,
    notify: (invokeId) => {
      local.changes.notify(invokeId)
      tell({tells: 'changed', invokeId})
    },
  }
  const replicas: Replicas = {
    leads: peers.leads,
    channelsOf: async (instanceIds, nowMs) => {
      const held = await heldChannels(db.read, instanceIds, nowMs)
      const isContested = (atMs: number): boolean => Math.abs(nowMs - atMs) <= CONTESTED_MS
      return new Map([...held].map(([id, row]) => [id, {isUp: true, isContested: isContested(row.contestedAtMs)}]))
    },
  }
  return {kicker, changes, replicas}
}
