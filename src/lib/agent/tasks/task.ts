import type {WireRepeat} from '../../protocol/repeat.ts'
import type {ScriptType} from '../../protocol/script.ts'
import type {EndScope} from '../process/start.ts'

/** A task as it came from the server, checked and in our units. */
export interface Task {
  id: string
  /** Raised by every change of a recurring task. */
  invokeVersion: number
  repeat: WireRepeat
  type: ScriptType
  commandId: string
  script: Buffer
  /** undefined: as long as it takes. */
  timeoutMs: number | undefined
  workingDirectory: string | undefined
  username: string | undefined
  /** Of Period, Rate and At tasks. */
  expression: string
  createdMs: number
  launcher: string | undefined
  /** What a stop or a timeout ends. */
  endScope: EndScope
  /** Whether `{{ACS::Name}}` is to be filled, and with what. */
  builtIns: ReadonlyMap<string, string> | undefined
  inContainer: boolean
  output: {everyMs: number; quotaBytes: number; skipEmpty: boolean; sendStart: boolean}
  /** The item itself, for keeping a recurring task over a restart. */
  source: unknown
}

/** Says why a task cannot be run as it is. */
export interface Refusal {
  taskId: string
  invokeVersion: number
  param: string
  value: string
}
