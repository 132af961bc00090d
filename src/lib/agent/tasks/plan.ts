import {isAtBoot, isScheduled} from '../../protocol/repeat.ts'
import type {TaskList, TaskStop} from './decode.ts'
import type {Task} from './task.ts'

export interface Plan {
  /** Run now. */
  start: Task[]
  /** Put into the timetable, in place of an older version. */
  schedule: Task[]
  /** Keep for the next boot. */
  keep: Task[]
  /** End the run of this id, take it out of the queue, forget its schedule: whichever there is. */
  stop: TaskStop[]
  test: Task[]
}

export interface Known {
  /** Versions of the tasks that the timetable or the boot list holds. */
  versions: ReadonlyMap<string, number>
  /** Whether a once-only task is queued, running or was ever started. */
  isTaken(id: string): boolean
  /** The list answers the first fetch after a boot: what waits for a boot is due. */
  justBooted: boolean
}

/**
 * Decides what to do about a fetched list. Pure, so a list fetched twice is harmless: a task is started at most once,
 * a known version changes nothing, and a stop beats a run of the same id.
 */
export function planTasks(list: Pick<TaskList, 'run' | 'stop' | 'test'>, known: Known): Plan {
  const stop = firstOfEach(list.stop, ({id}) => id)
  const stopped = new Set(stop.map(({id}) => id))
  const run = firstOfEach(list.run, ({id}) => id).filter(({id}) => !stopped.has(id))
  const isNew = (task: Task): boolean => known.versions.get(task.id) !== task.invokeVersion
  return {
    start: run.filter((task) => (task.repeat === 'Once' || isDue(task, known)) && !known.isTaken(task.id)),
    schedule: run.filter((task) => isScheduled(task.repeat) && isNew(task)),
    keep: run.filter((task) => isAtBoot(task.repeat) && isNew(task) && !isSpent(task, known)),
    stop,
    test: firstOfEach(list.test, ({id}) => id),
  }
}

/** A server hands these out after a boot as well; official agents then run them at once. */
function isDue(task: Task, known: Known): boolean {
  return isAtBoot(task.repeat) && known.justBooted
}

/** Its one boot is this one, or was an earlier one. */
function isSpent(task: Task, known: Known): boolean {
  return task.repeat === 'NextRebootOnly' && (isDue(task, known) || known.isTaken(task.id))
}

function firstOfEach<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map([...values].reverse().map((value) => [keyOf(value), value])).values()].reverse()
}
