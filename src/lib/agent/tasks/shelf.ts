import {readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {isRecord, text, whole} from '../../core/json.ts'
import type {Logger} from '../../core/log.ts'
import {systemReason} from '../../core/system-reason.ts'
import {makeFolder, quarantine, readSealed, seal, writeWhole} from '../state/files.ts'
import {NAMES} from '../state/names.ts'
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

/**
 * Keeps recurring tasks over restarts, one sealed file each. A disk that takes nothing more costs no task anything but the restart,
 * after which the server hands it out again.
 */
export class Shelf {
  readonly #stateDir: string
  readonly #log: Logger

  constructor(stateDir: string, log: Logger) {
    this.#stateDir = stateDir
    this.#log = log
    makeFolder(join(stateDir, NAMES.schedules))
  }

  put({task, arrivedMs, bootId}: Kept): void {
    this.#attempt('keep a task', task.id, () =>
      writeWhole(shelfFile(this.#stateDir, task.id), seal({version: VERSION, item: task.source, arrivedMs, bootId})),
    )
  }

  remove(id: string): void {
    this.#attempt('forget a task', id, () => rmSync(shelfFile(this.#stateDir, id), {force: true}))
  }

  /** What is damaged goes to quarantine; the server hands it out again. */
  load(): Kept[] {
    return readShelf(this.#stateDir, (name, error) => {
      this.#log.error('a damaged schedule was moved to quarantine', {task: name, reason: error.message})
      this.#attempt('put a file aside', name, () => quarantine(this.#stateDir, shelfFile(this.#stateDir, name)))
    })
  }

  countMissed(rounds: number): void {
    const path = join(this.#stateDir, NAMES.missed)
    this.#attempt('count missed rounds', '', () => writeWhole(path, seal(readMissed(this.#stateDir) + rounds)))
  }

  #attempt(what: string, task: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#log.error(`the disk did not let us ${what}`, {task, reason: systemReason(error) ?? String(error)})
    }
  }
}

/** What lies on the shelf of an agent, which may run or not. */
export function readShelf(stateDir: string, onDamaged: (name: string, error: Error) => void = () => {}): Kept[] {
  return readdirSync(join(stateDir, NAMES.schedules)).flatMap((name) => {
    if (name.startsWith('.')) return []
    try {
      return [readKept(name, readSealed(shelfFile(stateDir, name)))]
    } catch (error) {
      onDamaged(name, error as Error)
      return []
    }
  })
}

/** Rounds that were passed over, ever. */
export function readMissed(stateDir: string): number {
  try {
    return whole(readSealed(join(stateDir, NAMES.missed))) ?? 0
  } catch {
    return 0
  }
}

const VERSION = 1

function shelfFile(stateDir: string, id: string): string {
  return join(stateDir, NAMES.schedules, id)
}

function readKept(name: string, value: unknown): Kept {
  const version = isRecord(value) ? (value.version ?? VERSION) : VERSION
  if (version !== VERSION) throw new Error(`it is of version ${String(version)}, and this agent knows ${VERSION}`)
  const task = isRecord(value) ? decodeTask(value.item) : undefined
  if (!isRecord(value) || task === undefined || 'param' in task || task.id !== name || !isTaskId(name)) {
    throw new Error('it holds no task of that name')
  }
  return {task, arrivedMs: whole(value.arrivedMs) ?? 0, bootId: text(value.bootId)}
}
