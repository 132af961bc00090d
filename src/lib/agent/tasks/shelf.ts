import {readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {isRecord, text, whole} from '../../core/json.ts'
import type {Logger} from '../../core/log.ts'
import {makeFolder, quarantine, readSealed, seal, writeWhole} from '../state/files.ts'
import {decodeTask, isTaskId} from './decode.ts'
import type {Task} from './task.ts'

/** A recurring task, or one that waits for a boot, as it lies on disk. */
export interface Kept {
  task: Task
  /** No round before is owed. */
  arrivedMs: number
  /** The boot in which it came. */
  bootId: string
}

/** Keeps recurring tasks over restarts, one sealed file each. */
export class Shelf {
  readonly #stateDir: string

  constructor(stateDir: string) {
    this.#stateDir = stateDir
    makeFolder(join(stateDir, 'schedules'))
  }

  put({task, arrivedMs, bootId}: Kept): void {
    writeWhole(this.#file(task.id), seal({item: task.source, arrivedMs, bootId}))
  }

  remove(id: string): void {
    rmSync(this.#file(id), {force: true})
  }

  /** What is damaged goes to quarantine; the server hands it out again. */
  load(log?: Logger): Kept[] {
    return readdirSync(join(this.#stateDir, 'schedules')).flatMap((name) => {
      if (name.startsWith('.')) return []
      try {
        return [readKept(name, readSealed(this.#file(name)))]
      } catch (error) {
        if (log === undefined) return []
        log.error('a damaged schedule was moved to quarantine', {task: name, reason: (error as Error).message})
        quarantine(this.#stateDir, this.#file(name))
        return []
      }
    })
  }

  missedRounds(): number {
    try {
      return whole(readSealed(join(this.#stateDir, 'missed'))) ?? 0
    } catch {
      return 0
    }
  }

  countMissed(rounds: number): void {
    writeWhole(join(this.#stateDir, 'missed'), seal(this.missedRounds() + rounds))
  }

  #file(id: string): string {
    return join(this.#stateDir, 'schedules', id)
  }
}

function readKept(name: string, value: unknown): Kept {
  const task = isRecord(value) ? decodeTask(value.item) : undefined
  if (!isRecord(value) || task === undefined || 'param' in task || task.id !== name || !isTaskId(name)) {
    throw new Error('it holds no task of that name')
  }
  return {task, arrivedMs: whole(value.arrivedMs) ?? 0, bootId: text(value.bootId)}
}
