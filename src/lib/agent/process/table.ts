import {spawnSync} from 'node:child_process'
import {lstatSync, readdirSync, readFileSync, readlinkSync} from 'node:fs'
import {OUTPUT_FIFO} from './run-folders.ts'

export interface ProcessEntry {
  pid: number
  parent: number
  group: number
  session: number
  /** Opaque; together with the boot it tells a process from a later one with the same number. */
  startTime: string
}

/**
 * All processes that still run; zombies are left out because they only wait to be collected.
 * @throws a system error when there is no way to look, as without a free descriptor: that nobody is seen would mean that all have ended.
 */
export function listProcesses(): ProcessEntry[] {
  return process.platform === 'linux' ? listFromProc() : listFromPs()
}

/** Whether a process was started by the run with this cookie. Only Linux lets us see; a process of somebody else says no. */
export function hasCookie(pid: number, cookie: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(`ASSIST_RUN=${cookie}`)
  } catch (error) {
    return cannotBeSeen(error)
  }
}

/** Whether a process can print into the FIFO of the run with this cookie: whatever it did to get away, it was given that. Linux only. */
export function canPrint(pid: number, cookie: string): boolean {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).some((fd) => isOutput(`${folder}/${fd}`, cookie))
  } catch (error) {
    return cannotBeSeen(error)
  }
}

/** Descriptors are links whose mode tells what they were opened for. Source: proc(5), fd. */
function isOutput(link: string, cookie: string): boolean {
  try {
    return readlinkSync(link).includes(`/${cookie}/${OUTPUT_FIFO}`) && (lstatSync(link).mode & 0o200) !== 0
  } catch {
    return false // closed just now
  }
}

/** It has ended just now, or is somebody else's. @throws the error when it is we who cannot look */
function cannotBeSeen(error: unknown): false {
  const {code} = error as NodeJS.ErrnoException
  if (code === 'EMFILE' || code === 'ENFILE') throw error
  return false
}

function listFromProc(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readEntry(Number(name)) ?? []) : []))
}

/** The name of the program may hold blanks and brackets, so fields are counted from the last one. Source: proc(5), stat. */
function readEntry(pid: number): ProcessEntry | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch (error) {
    cannotBeSeen(error)
    return undefined
  }
  const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return undefined
  return {pid, parent: Number(parent), group: Number(group), session: Number(session), startTime: rest[15] ?? ''}
}

function listFromPs(): ProcessEntry[] {
  const options = {encoding: 'utf8', timeout: 5000} as const
  const {stdout, error} = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], options)
  if (error !== undefined) throw error
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, state, ...started] = line.trim().split(/\s+/)
    if (pid === undefined || !/^\d+$/.test(pid) || state?.startsWith('Z')) return []
    // ps tells no session; the group does, because every run is a session of its own.
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        session: Number(group),
        startTime: started.join(' '),
      },
    ]
  })
}
