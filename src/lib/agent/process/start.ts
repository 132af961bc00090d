import type {Account} from '../machine.ts'

export interface StartRequest {
  /** The run's own folder; on POSIX it holds the FIFO `out`. Its random name marks the processes of the run. */
  folder: string
  argv: readonly string[]
  /** Absolute. */
  cwd: string
  environment: Readonly<Record<string, string>>
  /** Somebody else than us. */
  account: Account | undefined
  /**
   * Gets what the script prints, stdout and stderr in their order. The bytes are only good during the call. False: nothing more is to be read
   * until `resumeOutput`.
   */
  onOutput(bytes: Uint8Array): boolean
}

export interface RunningProcess {
  readonly pid: number
  /**
   * Exit code of the script itself, 128+N when signal N ended it. `lost`: what would have told has ended first, and the script may run on.
   * Never rejects.
   */
  readonly exited: Promise<number | 'lost'>
  /** Resolves when nobody can print any more, or after `leaveOutput`. */
  readonly outputEnded: Promise<void>
  /** Reads on. */
  resumeOutput(): void
  /** Takes no more output. Whoever still prints is not kept from it, or ended by it, also when this agent is gone. */
  leaveOutput(): Promise<void>
  /** Ends the script and, for `tree`, all it started. Resolves when they are gone. */
  end(scope: EndScope): Promise<void>
}

export type EndScope = 'tree' | 'process'

/** Asked to end by itself before it is killed. */
export const GRACE_MS = 10_000

/** Rejects with the reason when nothing was started. */
export type StartProcess = (request: StartRequest) => Promise<RunningProcess>
