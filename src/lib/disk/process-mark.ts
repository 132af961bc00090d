import {readFileSync} from 'node:fs'

/** A process as remembered in a file. The mark tells it from a later one that got the same id. */
export interface ProcessMark {
  pid: number
  /** Start time as the kernel counts it; '' where the system does not tell. */
  started: string
}

export function markOf(pid: number): ProcessMark {
  return {pid, started: startedOf(pid)}
}

/** True while that very process runs. */
export function isRunning({pid, started}: ProcessMark): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
  } catch {
    // EPERM: it is there, but somebody else's, so it is not the one we remember.
    return false
  }
  return started === '' || startedOf(pid) === started
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. A process that has ended but was not collected is gone for us. */
function startedOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  } catch {
    return ''
  }
}
