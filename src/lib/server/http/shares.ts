/** Who a connection belongs to, by its first request: agents keep theirs, callers come and go. */
export type Side = 'agent' | 'caller'

/** Agents keep two or three connections each, so they would take every one there is, and operators could not even look. */
export const CONNECTION_SHARES: Readonly<Record<Side, number>> = {agent: 36_000, caller: 2000}

export interface Shares {
  /** Counts a connection once, by its first request. False: its side has as many as it may; it should be told and hung up on. */
  admit(connection: Connection, side: Side): boolean
}

export interface Connection {
  once(event: 'close', listener: () => void): unknown
}

export function createShares(most: Readonly<Record<Side, number>>): Shares {
  const sides = new WeakMap<Connection, Side>()
  const open: Record<Side, number> = {agent: 0, caller: 0}
  return {
    admit: (connection, side) => {
      if (sides.has(connection)) return true
      if (open[side] >= most[side]) return false
      sides.set(connection, side)
      open[side] += 1
      connection.once('close', () => {
        open[side] -= 1
      })
      return true
    },
  }
}
