import {type ChildProcess, spawn} from 'node:child_process'
import {closeSync, openSync, readFileSync, renameSync, statfsSync, statSync} from 'node:fs'
import {parse} from 'node:path'
import type {Clock} from '../../core/clock.ts'
import {AssistError} from '../../core/errors.ts'
import {escapeControls} from '../../core/quote.ts'
import {whyNot} from '../../core/system-reason.ts'
import {makePrivateFolder} from '../../disk/private-folder.ts'
import type {LocalFiles} from './files.ts'
import {type LocalPlane, readLocalPlane} from './state.ts'

export interface LocalStartDeps {
  clock: Clock
  environment: NodeJS.ProcessEnv
  /** bin/run.js of this package. */
  program: string
  notice(text: string): void
}

const LONGEST_START_MS = 10_000
const LOOK_EVERY_MS = 10

/**
 * The control plane of this machine, started when it does not run. Two callers at once get the same one: of two processes that serve, the
 * second finds the lock taken and leaves.
 * @throws AssistError (unreachable) with the end of its log.
 */
export async function ensureLocalPlane(files: LocalFiles, deps: LocalStartDeps): Promise<LocalPlane> {
  const running = readLocalPlane(files)
  if (running) return running
  deps.notice('Starting the local control plane…')
  makePrivateFolder(files.folder)
  const logStart = sizeOf(files.logFile)
  const child = startServing(files, deps)
  let ended: string | undefined
  child.once('error', (error: NodeJS.ErrnoException) => {
    ended = `it could not be started: ${whyNot(error)}`
  })
  child.once('exit', (code, signal) => {
    // 0: another one had just been started.
    if (code !== 0) ended = signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`
  })
  const startedMs = deps.clock.monotonic()
  for (;;) {
    const plane = readLocalPlane(files)
    if (plane) return plane
    if (ended !== undefined) throw notStarted(ended, files, logStart)
    if (deps.clock.monotonic() - startedMs > LONGEST_START_MS) {
      throw notStarted(`it was not ready within ${LONGEST_START_MS / 1000} s`, files, logStart)
    }
    await deps.clock.sleep(LOOK_EVERY_MS)
  }
}

function startServing(files: LocalFiles, deps: LocalStartDeps): ChildProcess {
  rotate(files.logFile)
  const log = openLog(files)
  try {
    const child = spawn(process.execPath, [deps.program, 'local', 'serve'], {
      detached: true,
      stdio: ['ignore', log, log],
      // A folder that can always be left: the plane must not keep a disk from being unmounted.
      cwd: parse(process.execPath).root,
      env: keptEnvironment(deps.environment),
      windowsHide: true,
    })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

function openLog({logFile, folder}: LocalFiles): number {
  try {
    return openSync(logFile, 'a', 0o640)
  } catch (error) {
    throw new AssistError('config', `the local control plane cannot write its log ${logFile}: ${whyNot(error)}`, {
      hint: fullDisk(folder) ?? undefined,
      cause: error,
    })
  }
}

const LEAST_FREE_BYTES = 1024 * 1024

/** What to say where there is no room left. */
function fullDisk(folder: string): string | undefined {
  try {
    const {bavail, bsize} = statfsSync(folder)
    const free = bavail * bsize
    return free < LEAST_FREE_BYTES ? `The disk under ${folder} is full: ${free} bytes are free.` : undefined
  } catch {
    return undefined
  }
}

const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+|ASSIST_HOME|ASSIST_LOCAL_IDLE|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|SYSTEMDRIVE|COMSPEC|PATHEXT|WINDIR|PROGRAMDATA|PROGRAMFILES)$/i

/** Keys and tokens of the caller are none of its business. */
function keptEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => KEPT.test(name)))
}

const LARGEST_LOG_BYTES = 5 * 1024 * 1024

function rotate(file: string): void {
  if (sizeOf(file) > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`)
}

function sizeOf(file: string): number {
  return statSync(file, {throwIfNoEntry: false})?.size ?? 0
}

const SHOWN_LINES = 5

function notStarted(reason: string, files: LocalFiles, logStart: number): AssistError {
  const full = fullDisk(files.folder)
  const [last, ...before] = logTail(files.logFile, logStart).toReversed()
  const why = full === undefined ? (last === undefined ? '' : `: ${last}`) : ': the disk is full'
  return new AssistError('unreachable', `the local control plane did not start: ${reason}${why}`, {
    hint: [...(full ? [full] : []), `Its log is ${files.logFile}`, ...before.toReversed()].join('\n  '),
  })
}

function logTail(file: string, from: number): string[] {
  try {
    const text = readFileSync(file).subarray(from).toString('utf8').trimEnd()
    return text
      .split('\n')
      .slice(-SHOWN_LINES)
      .map((line) => escapeControls(line.slice(0, 500), {keepLineBreaks: false}))
  } catch {
    return []
  }
}
