import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import {parseRecord, text} from '../../core/json.ts'
import {systemReason} from '../../core/system-reason.ts'
import {parseMark, takeLock} from '../../disk/lock.ts'
import {markOf, mayBeRunning, type ProcessMark} from '../../disk/process-mark.ts'
import {NAMES} from './names.ts'

export interface LockHolder extends ProcessMark {
  bootId: string
  serverUrl: string
}

/**
 * One agent per folder. A lock whose process is gone is taken over. Returns what releases it.
 * @throws AssistError('config') naming the process that holds it, or why there can be no lock.
 */
export function lockStateFolder(stateDir: string, bootId: string, serverUrl: string): () => void {
  const mine: LockHolder = {...markOf(process.pid), bootId, serverUrl}
  try {
    const lock = takeLock(join(stateDir, NAMES.lock), {
      text: JSON.stringify(mine),
      isHeld: (content) => isAlive(parse(content), bootId),
    })
    if (lock !== undefined) return lock.release
  } catch (cause) {
    const reason = systemReason(cause) ?? String(cause)
    throw new AssistError('config', `The agent's folder ${stateDir} cannot be locked: ${reason}.`, {cause})
  }
  const holder = readLock(stateDir)
  throw new AssistError('config', `Another agent (process ${holder?.pid ?? 'unknown'}) already uses ${stateDir}.`, {
    hint: 'Stop it, or choose another folder. One that was stopped stays until its last script has ended.',
  })
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
  return holder.bootId === bootId && mayBeRunning(holder)
}

function parse(content: string): LockHolder {
  const value = parseRecord(content)
  return {...parseMark(content), bootId: text(value?.bootId), serverUrl: text(value?.serverUrl)}
}
