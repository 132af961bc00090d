import type {Task} from './task.ts'

/**
 * Names one run for ever: the task for what runs once, task and moment for a round of a schedule, task and boot for EveryReboot.
 * Part of file names; `@` cannot occur in a task id.
 */
export function runKey(task: Task, when: {roundMs?: number; bootId: string}): string {
  if (when.roundMs !== undefined) return `${task.id}@${when.roundMs}`
  return task.repeat === 'EveryReboot' ? `${task.id}@boot-${when.bootId}` : task.id
}

export function isRunKey(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}(@(\d{1,16}|boot-[A-Za-z0-9-]{1,64}))?$/.test(name)
}

export function taskIdOf(key: string): string {
  return key.split('@')[0] ?? key
}

/** The moment of a round; undefined for what no schedule started. */
export function roundOf(key: string): number | undefined {
  const when = key.split('@')[1] ?? ''
  return /^\d+$/.test(when) ? Number(when) : undefined
}
