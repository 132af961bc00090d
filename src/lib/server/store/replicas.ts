/** What servers that share a database have of each other, besides what is stored. Everything here may be lost without harm but time. */
export interface Peers {
  /** Name of this server among them, new at each start. */
  readonly replicaId: string
  /** Tells all others, and forgets it. */
  tell(message: string): void
  /** Calls `hear` with what others tell. */
  onTold(hear: (message: string) => void): void
  /** Whether this server is the one that looks after time for all. At most one believes so, but for a moment after it stood still. */
  leads(): boolean
}
