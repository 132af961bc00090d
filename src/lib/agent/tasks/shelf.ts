import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {isRecord, text, whole} from '../../core/json.ts'
import type {Logger} from '../../core/log.ts'
import {systemReason} from '../../core/system-reason.ts'
import {makeFolder, namesIn, quarantine, readSealed, seal, writeWhole} from '../state/files.ts'
import {NAMES} from '../state/names.ts'
import {isDiskRefusal} from '../state/refusal.ts'
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

export interface ShelfDeps {
  stateDir: string
  log: Logger
  /** The disk takes nothing new. */
  refused(error: unknown): void
}

/**
 * Keeps recurring tasks over restarts, one sealed file each. A disk that takes nothing more costs no task anything but the restart,
 * after which the server hands it out again; once there is room again it is kept after all.
 */
export class Shelf {
  readonly #deps: ShelfDeps
  /** What found no room. */
  readonly #unkept = new Map<string, Kept>()

  constructor(deps: ShelfDeps) {
    this.#deps = deps
    this.#attempt('keep tasks', '', () => makeFolder(join(deps.stateDir, NAMES.schedules)))
  }

  /** @returns false when there is no room for it. */
  put(kept: Kept): boolean {
    const {task, arrivedMs, bootId} = kept
    this.#unkept.set(task.id, kept)
    const file = shelfFile(this.#deps.stateDir, task.id)
    const content = seal({version: VERSION, item: task.source, arrivedMs, bootId})
    const outcome = this.#attempt('keep a task', task.id, () => writeWhole(file, content))
    if (outcome !== 'refused') this.#unkept.delete(task.id)
    return outcome !== 'refused'
  }

  /** There is room again. */
  putAgain(): void {
    this.#attempt('keep tasks', '', () => makeFolder(join(this.#deps.stateDir, NAMES.schedules)))
    for (const kept of [...this.#unkept.values()]) this.put(kept)
  }

  remove(id: string): void {
    this.#unkept.delete(id)
    this.#attempt('forget a task', id, () => rmSync(shelfFile(this.#deps.stateDir, id), {force: true}))
  }

  /** What is damaged goes to quarantine; the server hands it out again. */
  load(): Kept[] {
    const {stateDir, log} = this.#deps
    return readShelf(stateDir, (name, error) => {
      log.error('a damaged schedule was moved to quarantine', {task: name, reason: error.message})
      this.#attempt('put a file aside', name, () => quarantine(stateDir, shelfFile(stateDir, name)))
    })
  }

  countMissed(rounds: number): void {
    const {stateDir} = this.#deps
    const path = join(stateDir, NAMES.missed)
    this.#attempt('count missed rounds', '', () => writeWhole(path, seal(readMissed(stateDir) + rounds)))
  }

  #attempt(what: string, task: string, work: () => void): 'done' | 'refused' | 'failed' {
    try {
      work()
      return 'done'
    } catch (error) {
      if (isDiskRefusal(error)) {
        this.#deps.refused(error)
        return 'refused'
      }
      this.#deps.log.error(`the disk did not let us ${what}`, {task, reason: systemReason(error) ?? String(error)})
      return 'failed'
    }
  }
}

/** What lies on the shelf of an agent, which may run or not. */
export function readShelf(stateDir: string, onDamaged: (name: string, error: Error) => void = () => {}): Kept[] {
  return namesIn(join(stateDir, NAMES.schedules)).flatMap((name) => {
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
