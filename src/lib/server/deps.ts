import type {Clock} from '../core/clock.ts'
import type {RandomBytes} from '../core/ids.ts'
import type {Logger} from '../core/log.ts'
import type {ClockWatch} from './maintenance/clock-watch.ts'
import type {Database} from './store/database.ts'
import type {SecretBox} from './store/secret-box.ts'
import type {Changes} from './wake/changes.ts'
import type {Replicas} from './wake/channels.ts'
import type {Kicker} from './wake/kicker.ts'

/** The outside world of the control plane. `changes` and `kicker` only carry hints: losing one costs time, never a task. */
export interface ServerDeps {
  db: Database
  clock: Clock
  clockWatch: ClockWatch
  randomBytes: RandomBytes
  log: Logger
  changes: Changes
  kicker: Kicker
  /** Where several servers share the database; absent: this one is alone. */
  replicas?: Replicas | undefined
  /** Seals access key secrets before they are stored. */
  secrets: SecretBox
  /** Regions this server answers for; the first is the default. Empty: any name. */
  regions: readonly string[]
}
