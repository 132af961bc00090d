import {closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {opendir, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder, namesIn, OWN_FILE_MODE, readSealed, seal, writeWhole, writeWholeSoon} from '../state/files.ts'
import {NAMES} from '../state/names.ts'
import {isDiskRefusal} from '../state/refusal.ts'
import {roundOf, taskIdOf} from './run-key.ts'
import {decodeFinal, encodeFinal, encodeRecord, type FinalReport, type RunRecord} from './stored.ts'

const FOLDERS = [NAMES.started, NAMES.finished, NAMES.rounds, NAMES.runs, NAMES.schedules]
const TOMBSTONE_DAYS = 30

/**
 * What must survive a crash. A run is `started/KEY` from before its script starts until the server has its final report, then
 * `finished/KEY` for 30 days; of a recurring task only the newest, in `rounds/`. Nothing that has either is ever started again.
 * `finished/` is never read as a whole before there is time for it: it grows with every run.
 *
 *   (nothing) ──begin──► started/KEY ──end──► + runs/FOLDER/final ──acknowledge──► finished/KEY
 */
export class Journal {
  readonly #stateDir: string
  /** Undefined on Windows, where a folder can't be synced; NTFS keeps its own journal of names. */
  #startedFolder: number | undefined
  #isOpen = false
  /** Newest tombstone of each recurring task. */
  readonly #tombstones = new Map<string, string>()
  readonly #lastRounds = new Map<string, number>()

  /** On a disk that takes no folders it still tells what is there. @throws another system error when the folder cannot be used. */
  constructor(stateDir: string) {
    this.#stateDir = stateDir
    try {
      this.#open()
    } catch (error) {
      if (!isDiskRefusal(error)) throw error
    }
    for (const key of namesIn(join(stateDir, NAMES.rounds))) {
      this.noteRound(key)
      this.#keepNewest(key)
    }
  }

  /** Durable when it returns. False: this run was started before. Throws when the disk refuses. */
  begin(record: RunRecord): boolean {
    if (this.isFinished(record.key)) return false
    this.#open()
    let file: number
    try {
      file = openSync(this.#started(record.key), 'wx', OWN_FILE_MODE)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
    try {
      writeFileSync(file, seal(encodeRecord(record)))
      fsyncSync(file)
      if (this.#startedFolder !== undefined) fsyncSync(this.#startedFolder)
    } catch (error) {
      rmSync(this.#started(record.key), {force: true}) // nothing has started yet
      throw error
    } finally {
      closeSync(file)
    }
    this.noteRound(record.key)
    return true
  }

  /** Undoes `begin`, of a run that was not started after all. */
  withdraw({key}: RunRecord): void {
    rmSync(this.#started(key), {force: true})
  }

  isTaken(key: string): boolean {
    return existsSync(this.#started(key)) || this.isFinished(key)
  }

  /** The server has taken its final report. */
  isFinished(key: string): boolean {
    return existsSync(this.#finished(key)) || (isOfRound(key) && existsSync(this.#early(key)))
  }

  /**
   * Before the report is sent. The disk need not have it by then: should the power go, either the server has the report, or the
   * run counts as interrupted, as it would have a moment earlier.
   */
  end(record: RunRecord, final: FinalReport): void {
    if (record.folder === '' || !existsSync(this.folderOf(record))) makeFolder(this.folderOf(record))
    writeWholeSoon(join(this.folderOf(record), 'final'), seal(encodeFinal(final)))
  }

  /** undefined: the run has not ended. @throws Error when the file is damaged. */
  finalOf(record: RunRecord): FinalReport | undefined {
    try {
      return decodeFinal(readSealed(join(this.folderOf(record), 'final')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** The server has the final report. */
  async acknowledge(record: RunRecord): Promise<void> {
    renameSync(this.#started(record.key), this.#finished(record.key))
    this.#keepNewest(record.key)
    // On Windows a program that was left behind may hold a file in it; the next start of the agent removes it then.
    await rm(this.folderOf(record), {recursive: true, force: true}).catch(() => {})
  }

  folderOf(record: RunRecord): string {
    return join(this.#stateDir, NAMES.runs, record.folder === '' ? `lost-${record.key}` : record.folder)
  }

  /** The newest round of a recurring task that was ever started. */
  lastRound(taskId: string): number | undefined {
    return this.#lastRounds.get(taskId)
  }

  noteRound(key: string): void {
    const round = roundOf(key)
    if (round === undefined) return
    const taskId = taskIdOf(key)
    this.#lastRounds.set(taskId, Math.max(round, this.#lastRounds.get(taskId) ?? 0))
  }

  /** Removes old tombstones, one at a time; those of a task that still has a schedule stay. */
  async prune(nowMs: number, keep: (taskId: string) => boolean, signal?: AbortSignal): Promise<void> {
    for (const folder of [NAMES.finished, NAMES.rounds]) {
      for await (const {name} of await opendir(join(this.#stateDir, folder))) {
        if (signal?.aborted) return
        const path = join(this.#stateDir, folder, name)
        if (folder === NAMES.finished && isOfRound(name)) {
          this.#moveEarly(name)
          continue
        }
        const info = await stat(path).catch(() => undefined)
        if (info === undefined || (folder === NAMES.rounds && keep(taskIdOf(name)))) continue
        if (nowMs - info.mtimeMs > TOMBSTONE_DAYS * 86_400_000) await rm(path, {force: true, recursive: true})
      }
    }
  }

  /** Takes over the tombstones of another folder. */
  adopt(otherDir: string): void {
    for (const key of namesIn(join(otherDir, NAMES.finished))) {
      writeWhole(this.#finished(key), '')
      rmSync(join(otherDir, NAMES.finished, key))
    }
  }

  close(): void {
    if (this.#startedFolder !== undefined) closeSync(this.#startedFolder)
  }

  #open(): void {
    if (this.#isOpen) return
    for (const folder of FOLDERS) makeFolder(join(this.#stateDir, folder))
    if (process.platform !== 'win32') this.#startedFolder = openSync(join(this.#stateDir, NAMES.started), 'r')
    this.#isOpen = true
  }

  #keepNewest(key: string): void {
    if (!isOfRound(key)) return
    const taskId = taskIdOf(key)
    const other = this.#tombstones.get(taskId)
    const newer = other !== undefined && (roundOf(other) ?? 0) > (roundOf(key) ?? 0) ? other : key
    this.#tombstones.set(taskId, newer)
    const older = newer === key ? other : key
    if (older !== undefined && older !== newer) rmSync(this.#finished(older), {force: true})
  }

  /** Earlier agents kept tombstones of rounds with all others. */
  #early(key: string): string {
    return join(this.#stateDir, NAMES.finished, key)
  }

  #moveEarly(key: string): void {
    renameSync(this.#early(key), this.#finished(key))
    this.noteRound(key)
    this.#keepNewest(key)
  }

  #started(key: string): string {
    return join(this.#stateDir, NAMES.started, key)
  }

  #finished(key: string): string {
    return join(this.#stateDir, isOfRound(key) ? NAMES.rounds : NAMES.finished, key)
  }
}

function isOfRound(key: string): boolean {
  return key.includes('@')
}
