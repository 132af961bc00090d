import {linkSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import {startTimeOf} from '../process/table.ts'
import {OWN_FILE_MODE} from './files.ts'

export interface LockHolder {
  pid: number
  /** When that process started, so that another one with a reused number is told apart. */
  startTime: string | undefined
  bootId: string
  serverUrl: string
}

/**
 * One agent per folder. A lock whose process is gone is taken over. Returns what releases it.
 * @throws AssistError('config') naming the process that holds it.
 */
export function takeLock(stateDir: string, bootId: string, serverUrl: string): () => void {
  const path = join(stateDir, 'lock')
  const mine: LockHolder = {pid: process.pid, startTime: startTimeOf(process.pid), bootId, serverUrl}
  for (let attempt = 0; attempt < 10; attempt++) {
    if (create(path, mine)) return () => release(path)
    const holder = readLock(stateDir)
    if (holder !== undefined && isAlive(holder, bootId)) {
      throw new AssistError('config', `Another agent (process ${holder.pid}) already uses ${stateDir}.`, {
        hint: 'Stop it, or choose another folder.',
      })
    }
    moveAside(path, holder)
  }
  throw new AssistError('config', `The lock ${path} keeps changing hands; try again.`)
}

/** Who holds the folder, or held it last; undefined when nobody does or the file cannot be read. */
export function readLock(stateDir: string): LockHolder | undefined {
  try {
    const value = JSON.parse(readFileSync(join(stateDir, 'lock'), 'utf8')) as LockHolder
    return Number.isInteger(value.pid) && value.pid > 0 ? value : undefined
  } catch {
    return undefined
  }
}

export function isAlive(holder: LockHolder, bootId: string): boolean {
  if (holder.bootId !== bootId) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return holder.startTime === undefined || startTimeOf(holder.pid) === holder.startTime
}

/** Written aside and linked, so that nobody ever reads half a lock. */
function create(path: string, mine: LockHolder): boolean {
  const draft = `${path}.${mine.pid}`
  writeFileSync(draft, JSON.stringify(mine), {mode: OWN_FILE_MODE})
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, {force: true})
  }
}

/** Two processes may find the same stale lock; the slower one must not move the faster one's new lock away for good. */
function moveAside(path: string, stale: LockHolder | undefined): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return // somebody else was faster
  }
  const moved = parse(aside)
  if (moved?.pid !== stale?.pid || moved?.startTime !== stale?.startTime) {
    try {
      linkSync(aside, path)
    } catch {
      // A third process has a lock by now, and the next round meets it.
    }
  }
  rmSync(aside, {force: true})
}

function parse(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockHolder
  } catch {
    return undefined
  }
}

function release(path: string): void {
  if (parse(path)?.pid === process.pid) rmSync(path, {force: true})
}
