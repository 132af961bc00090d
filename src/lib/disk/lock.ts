import {linkSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {AssistError} from '../core/errors.ts'
import {integer, parseRecord, text as textOf} from '../core/json.ts'
import {markOf, mayBeRunning, type ProcessMark} from './process-mark.ts'

const TRIES = 10

/** What a lock file says, and how its reader knows that the writer may still run. */
export interface LockText {
  text: string
  /** Of what another one wrote, or of half of it after a crash. */
  isHeld(text: string): boolean
}

/**
 * Takes the lock for this process; undefined when another one that runs holds it. What a dead one left is moved aside first, and looked at again
 * there, so that of two that find it only one goes on.
 */
export function takeLock(path: string, by: LockText = byThisProcess()): {release(): void} | undefined {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (create(path, by.text)) return {release: () => release(path, by.text)}
    if (isHeld(path, by)) return undefined
    moveAside(path, by)
  }
  return undefined
}

function byThisProcess(): LockText {
  return {text: JSON.stringify(markOf(process.pid)), isHeld: (text) => mayBeRunning(parseMark(text))}
}

/** A mark that no process has, of what is no mark. */
export function parseMark(text: string): ProcessMark {
  const value = parseRecord(text)
  return {pid: integer(value?.pid) ?? 0, started: textOf(value?.started)}
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
  try {
    writeFileSync(draft, text, {flag: 'wx', mode: 0o600})
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(draft, {force: true})
  }
}

function moveAside(path: string, by: LockText): void {
  const aside = besideOf(path)
  try {
    renameSync(path, aside)
    // Somebody was faster and what we moved is theirs, alive: put it back.
    if (isHeld(aside, by)) linkSync(aside, path)
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

function isHeld(path: string, by: LockText): boolean {
  try {
    return by.isHeld(readFileSync(path, 'utf8'))
  } catch {
    return false
  }
}

function besideOf(path: string): string {
  return `${path}.${Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex')}`
}
