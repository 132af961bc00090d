import type {Kysely, Transaction} from 'kysely'
import type {Schema} from './schema.ts'

export type Tx = Transaction<Schema>
export type Reader = Kysely<Schema>

/** What the server keeps. Engines differ only in how they open; every query is written once, in kysely. */
export interface Database {
  /** Queries outside a transaction; sees what is committed. */
  readonly read: Reader
  /**
   * Runs `work` in a transaction and resolves after its commit is durable. Writes that arrive together may share one commit
   * (group commit); a throw rolls back only its own work. `work` must do nothing but query: it may be waited for by others.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}
