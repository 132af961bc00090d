import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {RunFolders, type Warming} from '../process/run-folders.ts'
import {namesIn} from '../state/files.ts'
import type {SpareFolder} from '../state/lock.ts'
import {NAMES} from '../state/names.ts'
import {Journal} from './journal.ts'

/** Where a run is written down and takes place. */
export interface Site {
  folder: string
  journal: Journal
  folders: RunFolders
  /** A power cut takes all that is in it, so a start must be known to the server before it happens. */
  isSpare: boolean
}

export interface SitesDeps {
  stateDir: string
  spare: SpareFolder
  warming: Warming | undefined
}

/** The agent's folder and, once that has taken nothing more, one in memory. What either knows of a run counts. */
export class Sites {
  readonly disk: Site
  readonly #deps: SitesDeps
  #spare: Site | undefined

  /** @throws a system error when the folder cannot be used. */
  constructor(deps: SitesDeps) {
    this.#deps = deps
    const {stateDir, warming} = deps
    this.disk = {
      folder: stateDir,
      journal: new Journal(stateDir),
      folders: foldersOf(stateDir, warming),
      isSpare: false,
    }
    const left = deps.spare.find()
    if (left !== undefined) this.#spare = spareSite(left, warming)
  }

  /** undefined: there is no memory to be had. @throws a system error */
  spare(): Site | undefined {
    if (this.#spare !== undefined) return this.#spare
    const folder = this.#deps.spare.open?.()
    if (folder !== undefined) this.#spare = spareSite(folder, this.#deps.warming)
    return this.#spare
  }

  all(): Site[] {
    return this.#spare === undefined ? [this.disk] : [this.disk, this.#spare]
  }

  isTaken(key: string): boolean {
    return this.all().some(({journal}) => journal.isTaken(key))
  }

  isFinished(key: string): boolean {
    return this.all().some(({journal}) => journal.isFinished(key))
  }

  /** Rounds of schedules run from the disk only. */
  lastRound(taskId: string): number | undefined {
    return this.disk.journal.lastRound(taskId)
  }

  /** There is room again: what has ended is known on the disk from now on. */
  settle(): void {
    if (this.#spare !== undefined) this.disk.journal.adopt(this.#spare.folder)
  }

  close(): void {
    for (const {folders} of this.all()) folders.close()
  }

  /** No run goes on. */
  end(): void {
    for (const {journal} of this.all()) journal.close()
    if (this.#spare === undefined) return
    const {folder} = this.#spare
    const isEmpty = [NAMES.started, NAMES.finished].every((name) => namesIn(join(folder, name)).length === 0)
    if (isEmpty) rmSync(folder, {recursive: true, force: true})
  }
}

function foldersOf(folder: string, warming: Warming | undefined): RunFolders {
  return new RunFolders(join(folder, NAMES.runs), warming)
}

/** Nothing is kept warm there: the disk will have room again. */
function spareSite(folder: string, warming: Warming | undefined): Site {
  const cold = warming && {warmUp: () => {}, coolDown: (run: string) => warming.coolDown(run)}
  return {folder, journal: new Journal(folder), folders: foldersOf(folder, cold), isSpare: true}
}
