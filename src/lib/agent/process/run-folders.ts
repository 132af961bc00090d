import {spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {mkdirSync, rmSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder, OWN_FOLDER_MODE} from '../state/files.ts'

export const OUTPUT_FIFO = 'out'

/**
 * Whoever a script becomes may open its /dev/stderr anew, and needs to be let write for that. To the FIFO by its name nobody else comes: the
 * folder is closed, or its name, which is random, cannot be listed.
 */
const FIFO_MODE = 0o622

/** Something that can be made ready in a folder before it is needed. */
export interface Warming {
  warmUp(folder: string): void
  /** Ends what waits there; harmless when nothing does. */
  coolDown(folder: string): void
}

const BATCH = 12
const LOW_WATER = 4
const WARM = 2
const REFILL_PAUSE_MS = 30

/**
 * Folders for runs, each with a FIFO, made ahead: Node cannot make a FIFO, and starting mkfifo while a script waits would cost it
 * milliseconds. One mkfifo makes a dozen. In the next two to be taken more is kept ready.
 */
export class RunFolders {
  readonly #root: string
  readonly #warming: Warming | undefined
  /** Taken from the front. */
  readonly #ready: string[] = []
  readonly #warm = new Set<string>()
  #filling: Promise<void> | undefined
  #refilling: NodeJS.Timeout | undefined
  #closed = false

  /** Without `warming` the folders get no FIFO either: Windows has none. */
  constructor(root: string, warming: Warming | undefined) {
    this.#root = root
    this.#warming = warming
  }

  /** A folder for one run. Rejects when the disk has no room for one. */
  async take(): Promise<string> {
    while (this.#ready.length === 0) await this.#fill()
    const folder = this.#ready.shift() ?? ''
    this.#warm.delete(folder)
    this.#refillSoon()
    return folder
  }

  /** Gives back what was taken and not used. */
  discard(folder: string): void {
    this.#warming?.coolDown(folder)
    rmSync(folder, {recursive: true, force: true})
  }

  async prepare(): Promise<void> {
    if (this.#ready.length < LOW_WATER) await this.#fill()
    for (const folder of this.#ready.slice(0, WARM)) {
      if (this.#closed || this.#warm.has(folder)) continue
      this.#warm.add(folder)
      this.#warming?.warmUp(folder)
    }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#refilling)
    for (const folder of this.#ready.splice(0)) this.discard(folder)
  }

  /** A little later: the run that took the last folder is starting right now. */
  #refillSoon(): void {
    if (this.#closed) return
    clearTimeout(this.#refilling)
    this.#refilling = setTimeout(() => {
      if (!this.#closed) this.prepare().catch(() => {}) // the next `take` tries again and says why
    }, REFILL_PAUSE_MS)
  }

  #fill(): Promise<void> {
    this.#filling ??= this.#make().finally(() => {
      this.#filling = undefined
    })
    return this.#filling
  }

  async #make(): Promise<void> {
    const folders = Array.from({length: BATCH}, () => join(this.#root, randomBytes(16).toString('hex')))
    try {
      makeFolder(this.#root)
      for (const folder of folders) mkdirSync(folder, {mode: OWN_FOLDER_MODE})
      if (this.#warming !== undefined) await makeFifos(folders.map((folder) => join(folder, OUTPUT_FIFO)))
    } catch (error) {
      for (const folder of folders) await rm(folder, {recursive: true, force: true})
      throw error
    }
    if (!this.#closed) this.#ready.push(...folders)
    else for (const folder of folders) await rm(folder, {recursive: true, force: true})
  }
}

function makeFifos(paths: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('mkfifo', ['-m', FIFO_MODE.toString(8), ...paths], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {PATH: process.env.PATH, LC_ALL: 'C'},
    })
    let said = ''
    child.once('error', reject) // first of all: without descriptors there is no stderr either
    child.stderr?.on('data', (part) => {
      said += part
    })
    child.once('close', (code) => (code === 0 ? resolve() : reject(asSystemError(said))))
  })
}

const SAID: ReadonlyArray<[RegExp, string]> = [
  [/no space left/i, 'ENOSPC'],
  [/quota/i, 'EDQUOT'],
  [/read-only/i, 'EROFS'],
  [/permission denied/i, 'EACCES'],
]

/** What the program says is all there is; where that is an error of the system it is told as one. */
function asSystemError(said: string): Error {
  const code = SAID.find(([words]) => words.test(said))?.[1]
  return Object.assign(new Error(`mkfifo: ${said.trim()}`), code !== undefined && {code, syscall: 'mkfifo'})
}
