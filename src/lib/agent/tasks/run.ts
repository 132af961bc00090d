import type {ReportKind} from '../../protocol/agent/reports.ts'
import type {Task} from './task.ts'

/** One start of a task's script. */
export interface Run {
  task: Task
  key: string
  /** Of a schedule or of EveryReboot, which may have others. */
  isRound: boolean
}

/** What was reported in the end; undefined: nothing was started. */
export type Ended = ReportKind | undefined
