import type {Kicker} from './kicker.ts'

/** The kick channel of an instance, at whichever server. */
export interface Channel {
  /** An agent holds it. */
  isUp: boolean
  /** Two agents of one identity claim it, as after a machine was cloned. */
  isContested: boolean
}

/** What a server is among those that share its database. */
export interface Replicas {
  /** Whether it looks after time for all. */
  leads(): boolean
  /** The channels of these instances, at whichever server; absent: it has none. */
  channelsOf(instanceIds: readonly string[], nowMs: number): Promise<ReadonlyMap<string, Channel>>
}

/** The channels of these instances, here or at another server on the database; absent: none, it cannot be woken. */
export async function channelsOf(
  {kicker, replicas}: {kicker: Kicker; replicas?: Replicas | undefined},
  instanceIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, Channel>> {
  if (replicas) return replicas.channelsOf(instanceIds, nowMs)
  const known = instanceIds.map((id) => ({
    id,
    channel: {isUp: kicker.isConnected(id), isContested: kicker.isContested(id, nowMs)},
  }))
  return new Map(known.filter(({channel}) => channel.isUp || channel.isContested).map(({id, channel}) => [id, channel]))
}
