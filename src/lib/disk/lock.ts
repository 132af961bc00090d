import {linkSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {AssistError} from '../core/errors.ts'
import {isRunning, markOf, type ProcessMark} from './process-mark.ts'

const TRIES = 10

/**
 * Takes the lock for this process; undefined when another one that runs holds it. What a dead one left is moved aside first, and looked at again
 * there, so that of two that find it only one goes on.
 */
export function takeLock(path: string): {release(): void} | undefined {
  const mine = JSON.stringify(markOf(process.pid))
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (create(path, mine)) return {release: () => release(path, mine)}
    const holder = readHolder(path)
    if (holder && isRunning(holder)) return undefined
    moveAside(path)
  }
  return undefined
}

/**
 * Does `work` while nobody else does; waits for whoever does, at most `patienceMs`.
 * @throws AssistError (config) when the other one takes longer
 */
export function whileLocked<T>(path: string, patienceMs: number, work: () => T): T {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; ; waitedMs += WAIT_MS) {
    const lock = takeLock(path)
    if (lock) {
      try {
        return work()
      } finally {
        lock.release()
      }
    }
    if (waitedMs >= patienceMs) {
      throw new AssistError('config', `another process holds ${path}`, {hint: 'Try again when it has ended.'})
    }
    // The work is over in milliseconds and everything around it is synchronous, so waiting may be too.
    Atomics.wait(cell, 0, 0, WAIT_MS)
  }
}

const WAIT_MS = 10

/** Written aside and linked, so that nobody reads half of it. */
function create(path: string, text: string): boolean {
  const draft = besideOf(path)
  writeFileSync(draft, text, {flag: 'wx', mode: 0o600})
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(draft, {force: true})
  }
}

function moveAside(path: string): void {
  const aside = besideOf(path)
  try {
    renameSync(path, aside)
    const moved = readHolder(aside)
    // Somebody was faster and what we moved is theirs, alive: put it back.
    if (moved && isRunning(moved)) linkSync(aside, path)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error
  }
  rmSync(aside, {force: true})
}

function release(path: string, mine: string): void {
  try {
    if (readFileSync(path, 'utf8') === mine) rmSync(path)
  } catch {
    // It is gone already.
  }
}

function readHolder(path: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessMark
  } catch {
    return undefined
  }
}

function besideOf(path: string): string {
  return `${path}.${Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex')}`
}
