import {closeSync, constants, fstatSync, openSync, renameSync, writeSync} from 'node:fs'
import {dirname} from 'node:path'
import {AssistError} from '../core/errors.ts'
import {systemReason} from '../core/system-reason.ts'
import {makeFolders} from '../disk/make-folders.ts'

export interface LogTarget {
  /** Absent: the descriptor. */
  file?: string | undefined
  /** stderr unless given. */
  descriptor?: number | undefined
  /** A file that has become larger is put aside as FILE.1, the one before as FILE.2 and so on. */
  mostBytes?: number | undefined
}

const MOST_BYTES = 16 * 1024 * 1024
const OLD_FILES = 3
/** How long a line waits for whoever reads the other end, unless the one before has waited in vain. */
const PATIENCE = {tries: 5, pauseMs: 10}

/**
 * Where log lines go. Nothing that happens to a line may end the program that writes it: on a full disk, and when nobody reads
 * any more, lines are dropped and counted, and the next line that gets through is preceded by the count.
 */
export class LogLines {
  readonly #target: LogTarget
  #descriptor: number | undefined
  #bytes = 0
  #dropped = 0
  /** A line broke off in its middle. */
  #torn = false

  /** @throws AssistError (config) when the file cannot be opened, unless the disk is full or read-only, which may pass. */
  constructor(target: LogTarget) {
    this.#target = target
    try {
      this.#open()
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS') return
      const reason = systemReason(error) ?? String(error)
      throw new AssistError('config', `the log file ${target.file} cannot be opened: ${reason}`, {cause: error})
    }
  }

  write(line: string): void {
    try {
      if (this.#descriptor === undefined) this.#open()
      if (this.#bytes > (this.#target.mostBytes ?? MOST_BYTES)) this.#rotate()
      const notice = this.#dropped === 0 ? '' : droppedLine(this.#dropped)
      this.#writeAll(Buffer.from(`${this.#torn ? '\n' : ''}${notice}${line}`))
      this.#dropped = 0
      this.#torn = false
    } catch {
      this.#dropped++
    }
  }

  #writeAll(bytes: Buffer): void {
    for (let done = 0, tries = 0; done < bytes.length; ) {
      try {
        done += writeSync(this.#descriptor ?? 2, bytes, done)
        this.#torn = done < bytes.length
      } catch (error) {
        const isBusy = (error as NodeJS.ErrnoException).code === 'EAGAIN'
        if (!isBusy || this.#dropped > 0 || ++tries > PATIENCE.tries) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE.pauseMs)
      }
    }
    this.#bytes += bytes.length
  }

  #open(): void {
    const {file, descriptor} = this.#target
    if (file === undefined) {
      this.#descriptor = descriptor ?? 2
      return
    }
    makeFolders(dirname(file), 0o750)
    const {O_WRONLY, O_APPEND, O_CREAT} = constants
    this.#descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT, 0o640)
    const info = fstatSync(this.#descriptor)
    this.#bytes = info.isFile() ? info.size : 0
  }

  /** What cannot be put aside stays, and grows on. */
  #rotate(): void {
    this.#bytes = 0
    const {file} = this.#target
    if (file === undefined || this.#descriptor === undefined || !fstatSync(this.#descriptor).isFile()) return
    for (let number = OLD_FILES; number > 0; number--) {
      renameQuietly(number === 1 ? file : `${file}.${number - 1}`, `${file}.${number}`)
    }
    closeSync(this.#descriptor)
    this.#descriptor = undefined
    this.#open()
  }
}

function renameQuietly(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    // There is none yet, or the folder takes no new names.
  }
}

function droppedLine(lines: number): string {
  return `${JSON.stringify({level: 40, time: new Date().toISOString(), lines, msg: 'log lines were dropped before this one'})}\n`
}
