import type {WireRepeat} from '../repeat.ts'

/** The answer to a fetch. A wrong JSON type in any item makes the whole list unreadable for the official agent. */
export interface WireTaskList {
  code: number
  instanceId: string
  run: WireTaskItem[]
  stop: WireTaskItem[]
  test: WireTaskItem[]
  file: unknown[]
  session: unknown[]
}

export interface WireTaskItem {
  task: WireTask
  output: WireOutputRules
  repeat: WireRepeat
}

/** Source: agent-protocol, 4.1. */
export interface WireTask {
  taskID: string
  /** RunShellScript, RunBatScript or RunPowerShellScript; anything else is reported as invalid. */
  type: string
  commandId: string
  commandName: string
  /** Base64 of the UTF-8 script. */
  commandContent: string
  /** Seconds, as a decimal *string*. */
  timeOut: string
  workingDirectory: string | null
  username: string | null
  windowsPasswordName: string | null
  /** Schedule expression of Period, Rate and At tasks. */
  cron: string | null
  args: string | null
  enableParameter: boolean
  /** Values of `{{ACS::Name}}` that the server knows. */
  builtInParameter: Record<string, string>
  /** Raised by every change of a recurring task. */
  invokeVersion: number
  /** Unix ms; the phase of rate schedules. */
  creationTime: number
  containerId: string
  containerName: string
  /** Ours: the program line that starts the script file, or empty. */
  launcher?: string
  /** Ours: what a stop or timeout ends; empty = the whole tree. */
  terminationMode?: string
}

export interface WireOutputRules {
  /** Pause between two reports of new output, ms. */
  interval: number
  /** Bytes of output kept in all. */
  logQuota: number
  skipEmpty: boolean
  sendStart: boolean
}
