/**
 * States of a task: one use of a command on one instance. Recurring tasks go round between Scheduled and Running.
 *
 *   Pending ─► Delivered ─► Running ─► Success | Failed | Timeout | Interrupted | Lost
 *      │           │           └────► Stopping ─► Stopped
 *      │           └─► Scheduled ◄──► Running                       (recurring)
 *      └─► Invalid | Expired | Cancelled
 *
 * Expired and Lost are inferred by the server; a final report within 24 h replaces them once. All other final states stay.
 */
export const OPEN_TASK_STATES = ['Pending', 'Delivered', 'Scheduled', 'Running', 'Stopping'] as const
export const FINAL_TASK_STATES = [
  'Success',
  'Failed',
  'Timeout',
  'Stopped',
  'Cancelled',
  'Invalid',
  'Interrupted',
  'Expired',
  'Lost',
  'Error',
] as const
export const TASK_STATES = [...OPEN_TASK_STATES, ...FINAL_TASK_STATES] as const
export type TaskState = (typeof TASK_STATES)[number]

export function isFinalTaskState(state: TaskState): boolean {
  return (FINAL_TASK_STATES as readonly TaskState[]).includes(state)
}

/** `InvocationStatus` per instance, as the API spells it. */
export type InstanceStatus =
  | 'Pending'
  | 'Scheduled'
  | 'Running'
  | 'Stopping'
  | 'Success'
  | 'Failed'
  | 'Timeout'
  | 'Error'
  | 'Invalid'
  | 'Aborted'
  | 'Cancelled'
  | 'Terminated'
  | 'Stopped'

/** `InvocationStatus` of a whole invocation. */
export type OverallStatus =
  | 'Pending'
  | 'Scheduled'
  | 'Running'
  | 'Stopping'
  | 'Success'
  | 'Failed'
  | 'Stopped'
  | 'PartialFailed'

const STATUS_OF_STATE: Record<TaskState, InstanceStatus> = {
  Pending: 'Pending',
  Delivered: 'Pending',
  Scheduled: 'Scheduled',
  Running: 'Running',
  Stopping: 'Stopping',
  Success: 'Success',
  Failed: 'Failed',
  Timeout: 'Timeout',
  Stopped: 'Terminated',
  Cancelled: 'Cancelled',
  Invalid: 'Invalid',
  Interrupted: 'Error',
  Expired: 'Aborted',
  Lost: 'Error',
  Error: 'Error',
}

export function instanceStatus(state: TaskState): InstanceStatus {
  return STATUS_OF_STATE[state]
}

const UNFINISHED: readonly OverallStatus[] = ['Pending', 'Scheduled', 'Running', 'Stopping']
const COUNTED_AS_STOPPED: readonly InstanceStatus[] = ['Cancelled', 'Terminated', 'Stopped']

export function isFinalStatus(status: InstanceStatus | OverallStatus): boolean {
  return !(UNFINISHED as readonly string[]).includes(status)
}

/** Aggregates in the documented order of tests; success plus stopped is Success (the more specific of two contradicting texts). */
export function overallStatus(statuses: readonly InstanceStatus[]): OverallStatus {
  for (const status of UNFINISHED) {
    if (statuses.includes(status as InstanceStatus)) return status
  }
  const stopped = statuses.filter((status) => COUNTED_AS_STOPPED.includes(status)).length
  const succeeded = statuses.filter((status) => status === 'Success').length
  if (statuses.length > 0 && stopped === statuses.length) return 'Stopped'
  if (succeeded > 0 && succeeded + stopped === statuses.length) return 'Success'
  return succeeded === 0 ? 'Failed' : 'PartialFailed'
}

/** The statuses before `InvocationStatus` existed; a task with rounds to come reads Running. */
export type LegacyStatus = 'Running' | 'Finished' | 'Failed' | 'PartialFailed' | 'Stopping' | 'Stopped'

export function legacyInstanceStatus(status: InstanceStatus): LegacyStatus {
  if (status === 'Stopping') return 'Stopping'
  if (COUNTED_AS_STOPPED.includes(status)) return 'Stopped'
  if (!isFinalStatus(status)) return 'Running'
  return status === 'Success' || status === 'Failed' ? 'Finished' : 'Failed'
}

export function legacyOverallStatus(statuses: readonly InstanceStatus[]): LegacyStatus {
  const legacy = statuses.map(legacyInstanceStatus)
  for (const status of ['Running', 'Stopping'] as const) {
    if (legacy.includes(status)) return status
  }
  if (legacy.every((status) => status === 'Stopped')) return 'Stopped'
  if (legacy.every((status) => status === 'Failed')) return 'Failed'
  return legacy.includes('Failed') ? 'PartialFailed' : 'Finished'
}
