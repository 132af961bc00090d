import {readFileSync} from 'node:fs'

/** A process as remembered in a file. The mark tells it from a later one that got the same id. */
export interface ProcessMark {
  pid: number
  /** Opaque; together with the boot it tells a process from a later one with the same number. '' where the system does not tell. */
  started: string
}

export function markOf(pid: number): ProcessMark {
  return {pid, started: startTimeOf(pid) ?? ''}
}

/**
 * True while that very process runs, for certain. What the system does not tell is not believed: a process whose start is unknown may
 * be a stranger with a reused number, and whoever asks may be about to signal it.
 */
export function isRunning({pid, started}: ProcessMark): boolean {
  // Windows tells no start, and reuses numbers late.
  if (process.platform === 'win32') return exists(pid)
  return started !== '' && exists(pid) && startTimeOf(pid) === started
}

/** False only when that very process has ended for certain. For locks: two holders do more harm than one that is gone. */
export function mayBeRunning({pid, started}: ProcessMark): boolean {
  if (!exists(pid)) return false
  const now = startTimeOf(pid)
  return started === '' || now === started || (now === undefined && startTimeOf(process.pid) === undefined)
}

function exists(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it is somebody else's
  }
}

/** undefined: there is no such process, it only waits to be collected, or this system does not tell. */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') return startFromProc(pid)
  if (process.platform === 'win32') return undefined
  return startFromPs(pid)
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold blanks and brackets. Source: proc(5). */
function startFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? undefined : rest[18]
  } catch {
    // A system without /proc, such as a chroot: ps reads the same from elsewhere, or says nothing.
    return readable('/proc/self/stat') ? undefined : startFromPs(pid)
  }
}

export function startFromPs(pid: number): string | undefined {
  const options = {encoding: 'utf8', timeout: 5000, env: {...process.env, LC_ALL: 'C'}} as const
  // Loaded here, because every start reads marks and few systems need `ps`.
  const {stdout} = process
    .getBuiltinModule('node:child_process')
    .spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options)
  const [state = '', ...started] = (stdout ?? '').trim().split(/\s+/)
  return state === '' || state.startsWith('Z') || started.length === 0 ? undefined : started.join(' ')
}

function readable(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}
