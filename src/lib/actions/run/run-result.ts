import type {TaskResult} from '../../ecs/api/results.ts'
import {type InstanceStatus, isFinalStatus, overallStatus} from '../../protocol/ecs/status.ts'

/**
 * What `run-command`, `invoke-command` and `describe-results` print as JSON. Fields are only ever added.
 * Text that is absent is '', a number that is absent is null; times are UTC ISO 8601.
 */
export interface RunResult {
  /** The first of `invokeIds`. */
  invokeId: string
  /** One per call: more than 100 targets take several. */
  invokeIds: string[]
  commandId: string
  /** Of the whole: Pending, Scheduled, Running, Stopping, Success, Failed, Stopped or PartialFailed. */
  status: string
  /** Only with a schedule. */
  frequency?: string
  /** Only with a schedule. */
  nextRuns?: string[]
  results: InstanceResult[]
}

export interface InstanceResult {
  instanceId: string
  instanceName: string
  invokeId: string
  status: string
  /** Null until the script has ended by itself. */
  exitCode: number | null
  /** What the script printed, as text; at most the newest 24 KB. Bytes that are no UTF-8 show as U+FFFD. */
  output: string
  /** The same as bytes, only where they are no UTF-8. */
  outputBase64?: string
  /** Bytes printed before `output` that the service no longer has. */
  dropped: number
  /** Rounds so far. */
  repeats: number | null
  startTime: string
  finishTime: string
  errorCode: string
  errorInfo: string
}

/** A result as it is shown; `name` is empty where only the id is known. */
export function instanceResult(task: TaskResult, name: string): InstanceResult {
  const output = Buffer.from(task.output).toString()
  const isUtf8 = Buffer.from(output).equals(task.output)
  return {
    instanceId: task.instanceId,
    instanceName: name,
    invokeId: task.invokeId,
    status: task.status,
    exitCode: hasEndedByItself(task) ? task.exitCode : null,
    output,
    ...(isUtf8 ? {} : {outputBase64: Buffer.from(task.output).toString('base64')}),
    dropped: task.dropped,
    repeats: task.repeats,
    startTime: task.startTime,
    finishTime: task.finishTime,
    errorCode: task.errorCode,
    errorInfo: task.errorInfo,
  }
}

/** Services answer 0 for a script that has no exit code (yet). */
function hasEndedByItself({status, repeats}: TaskResult): boolean {
  return status === 'Success' || status === 'Failed' || (status === 'Scheduled' && (repeats ?? 0) > 0)
}

/** A target that the service has not told about yet, or that was never sent. */
export function untoldResult(
  target: {instanceId: string; name: string},
  told: {invokeId?: string; status: InstanceStatus; errorCode?: string; errorInfo?: string},
): InstanceResult {
  return {
    instanceId: target.instanceId,
    instanceName: target.name,
    invokeId: told.invokeId ?? '',
    status: told.status,
    exitCode: null,
    output: '',
    dropped: 0,
    repeats: null,
    startTime: '',
    finishTime: '',
    errorCode: told.errorCode ?? '',
    errorInfo: told.errorInfo ?? '',
  }
}

/** Empty when there is nothing to tell about. */
export function overallOf(results: ReadonlyArray<{status: string}>): string {
  if (results.length === 0) return ''
  return overallStatus(results.map(({status}) => status as InstanceStatus))
}

export function isFinal({status}: {status: string}): boolean {
  return status !== '' && isFinalStatus(status as InstanceStatus)
}
