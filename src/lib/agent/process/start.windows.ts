import {type ChildProcess, type SpawnOptions, spawn} from 'node:child_process'
import {Socket} from 'node:net'
import {basename} from 'node:path'
import type {Readable} from 'node:stream'
import {windowsEnvironment} from './environment.windows.ts'
import type {CreateJob, Job} from './job.windows.ts'
import {POWER_SHELL} from './program.ts'
import type {EndScope, StartProcess} from './start.ts'

/** `child_process.spawn`, as far as it is used here; handed in, because the tests run elsewhere. */
export type Spawn = (program: string, argv: string[], options: SpawnOptions) => ChildProcess

/**
 * Windows: pipes for the output, and a job object for the tree; `taskkill /T`, which loses whoever's parent has ended, where there is
 * none. There is no asking first: console programs hear no WM_CLOSE.
 */
export function createWindowsStart(createJob: CreateJob | undefined, start: Spawn = spawn): StartProcess {
  let powerShell: Promise<boolean> | undefined
  return async (request) => {
    const [program = 'cmd.exe', ...argv] = request.argv
    if (program === POWER_SHELL) {
      powerShell ??= runsScripts(start)
      if (!(await powerShell)) {
        powerShell = undefined // it may be installed by then
        throw new Error(`${POWER_SHELL} is missing on this machine, or runs no scripts`)
      }
    }
    const child = start(program, argv, {
      cwd: request.cwd,
      env: {...request.environment, ASSIST_RUN: basename(request.folder), ...windowsEnvironment(process.env)},
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const {pid} = child
    if (pid === undefined) throw await new Promise<Error>((resolve) => child.once('error', resolve))
    const job = createJob?.(pid) // before it has had the time to start anything
    const streams = [child.stdout, child.stderr].filter((stream): stream is Readable => stream !== null)
    for (const stream of streams) {
      stream.on('data', (bytes: Buffer) => {
        if (!request.onOutput(bytes)) for (const one of streams) one.pause()
      })
    }
    const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
    void exited.then(() => job?.close())
    let leave = (): void => {}
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    return {
      pid,
      exited,
      outputEnded: Promise.race([left, Promise.all(streams.map(closed)).then(() => {})]),
      resumeOutput: () => {
        for (const stream of streams) stream.resume()
      },
      leaveOutput: async () => {
        for (const stream of streams) readToNowhere(stream)
        leave()
      },
      end: (scope) => end(start, child, scope, job),
    }
  }
}

/** A server that the script left behind may print on; its pipe breaks only when the agent ends, which it does not wait with. */
function readToNowhere(stream: Readable): void {
  stream.removeAllListeners('data')
  stream.resume()
  if (stream instanceof Socket) stream.unref()
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve())
    stream.on('error', () => resolve())
  })
}

async function end(start: Spawn, child: ChildProcess, scope: EndScope, job: Job | undefined): Promise<void> {
  if (scope === 'process') child.kill()
  else if (job !== undefined) job.terminate()
  else if ((await exitCode(start, 'taskkill.exe', ['/PID', String(child.pid), '/T', '/F'])) !== 0) child.kill()
}

const PROBE_CODE = 93

/** Some systems have a program of that name that does nothing and calls it a success. */
async function runsScripts(start: Spawn): Promise<boolean> {
  const probe = ['-NoProfile', '-NonInteractive', '-Command', `exit ${PROBE_CODE}`]
  return (await exitCode(start, POWER_SHELL, probe)) === PROBE_CODE
}

/** undefined: it could not be started, or something ended it. */
function exitCode(start: Spawn, program: string, argv: string[]): Promise<number | undefined> {
  return new Promise((resolve) => {
    const child = start(program, argv, {stdio: 'ignore', windowsHide: true})
    child.once('error', () => resolve(undefined))
    child.once('exit', (code) => resolve(code ?? undefined))
  })
}
