import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import {parseRecord, text} from '../../core/json.ts'
import {whyNot} from '../../core/system-reason.ts'
import {parseMark, takeLock} from '../../disk/lock.ts'
import {markOf, mayBeRunning, type ProcessMark} from '../../disk/process-mark.ts'
import {isSameBoot} from './boot.ts'
import {NAMES} from './names.ts'
import {isDiskRefusal} from './refusal.ts'

export interface LockHolder extends ProcessMark {
  bootId: string
  serverUrl: string
}

export interface StateLock {
  /** Why there is none on the disk yet, only in the spare folder, if there is one. */
  readonly refusal: unknown
  /** Tries again. */
  settle(): void
  release(): void
}

/** Where an agent keeps what its disk has no room for. */
export interface SpareFolder {
  /** One that was made before, by whoever used the same folder. */
  find(): string | undefined
  /** Makes one; `undefined`: nobody gets one here. */
  open?: (() => string | undefined) | undefined
}

const NO_SPARE: SpareFolder = {find: () => undefined}

/**
 * One agent per folder. A lock whose process is gone is taken over. Where the disk takes no lock, the spare folder holds it; where that
 * cannot be had either, the server still notices two agents of one identity.
 * @throws AssistError('config') naming the process that holds it, or why there can be no lock.
 */
export function lockStateFolder(
  stateDir: string,
  who: {bootId: string; serverUrl: string},
  spare: SpareFolder = NO_SPARE,
): StateLock {
  const mine: LockHolder = {...markOf(process.pid), ...who}
  const held: Array<{release(): void}> = []
  const release = (): void => {
    for (const one of held.splice(0)) one.release()
  }
  let refusal: unknown
  try {
    const found = spare.find()
    if (found !== undefined) refuseIfHeld(found, stateDir, who.bootId)
    held.push(take(stateDir, stateDir, mine))
  } catch (cause) {
    if (!isDiskRefusal(cause) || spare.open === undefined) throw asProblem(stateDir, cause)
    refuseIfHeld(stateDir, stateDir, who.bootId)
    const folder = spare.open()
    if (folder !== undefined) held.push(take(folder, stateDir, mine))
    refusal = cause
  }
  return {
    get refusal() {
      return refusal
    },
    settle: () => {
      if (refusal === undefined) return
      held.push(take(stateDir, stateDir, mine))
      refusal = undefined
    },
    release,
  }
}

/** @throws AssistError('config') when another one holds it, or a system error. */
function take(folder: string, stateDir: string, mine: LockHolder): {release(): void} {
  const text = JSON.stringify(mine)
  const lock = takeLock(join(folder, NAMES.lock), {text, isHeld: (content) => isAlive(parse(content), mine.bootId)})
  if (lock === undefined) throw heldBy(readLock(folder), stateDir)
  return lock
}

function refuseIfHeld(folder: string, stateDir: string, bootId: string): void {
  const holder = readLock(folder)
  if (holder !== undefined && isAlive(holder, bootId)) throw heldBy(holder, stateDir)
}

function heldBy(holder: LockHolder | undefined, stateDir: string): AssistError {
  return new AssistError('config', `Another agent (process ${holder?.pid ?? 'unknown'}) already uses ${stateDir}.`, {
    hint: 'Stop it, or choose another folder. One that was stopped stays until its last script has ended.',
  })
}

function asProblem(stateDir: string, cause: unknown): AssistError {
  if (cause instanceof AssistError) return cause
  return new AssistError('config', `The agent's folder ${stateDir} cannot be locked: ${whyNot(cause)}.`, {cause})
}

/** Who holds the folder, or held it last; undefined when nobody does or the file cannot be read. */
export function readLock(stateDir: string): LockHolder | undefined {
  try {
    const holder = parse(readFileSync(join(stateDir, NAMES.lock), 'utf8'))
    return holder.pid > 0 ? holder : undefined
  } catch {
    return undefined
  }
}

export function isAlive(holder: LockHolder, bootId: string): boolean {
  return isSameBoot(holder.bootId, bootId) && mayBeRunning(holder)
}

function parse(content: string): LockHolder {
  const value = parseRecord(content)
  return {...parseMark(content), bootId: text(value?.bootId), serverUrl: text(value?.serverUrl)}
}
