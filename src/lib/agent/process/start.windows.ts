import {type ChildProcess, type SpawnOptions, spawn} from 'node:child_process'
import {basename} from 'node:path'
import type {Readable} from 'node:stream'
import type {EndScope, StartProcess} from './start.ts'

/** `child_process.spawn`, as far as it is used here; handed in, because the tests run elsewhere. */
export type Spawn = (program: string, argv: string[], options: SpawnOptions) => ChildProcess

/** Windows: pipes for the output, and `taskkill /T` for the tree. There is no asking first: console programs hear no WM_CLOSE. */
export function createWindowsStart(start: Spawn = spawn): StartProcess {
  return async (request) => {
    const [program = 'cmd.exe', ...argv] = request.argv
    const child = start(program, argv, {
      cwd: request.cwd,
      env: {...request.environment, ASSIST_RUN: basename(request.folder), ...windowsNeeds(process.env)},
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const {pid} = child
    if (pid === undefined) throw await new Promise<Error>((resolve) => child.once('error', resolve))
    const streams = [child.stdout, child.stderr].filter((stream): stream is Readable => stream !== null)
    for (const stream of streams) stream.on('data', (bytes: Buffer) => request.onOutput(bytes))
    return {
      pid,
      exited: new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1))),
      outputEnded: Promise.all(streams.map(closed)).then(() => {}),
      leaveOutput: async () => {
        for (const stream of streams) stream.destroy()
      },
      end: (scope) => kill(start, pid, scope),
    }
  }
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve())
    stream.on('error', () => resolve())
  })
}

function kill(start: Spawn, pid: number, scope: EndScope): Promise<void> {
  const tree = scope === 'tree' ? ['/T'] : []
  return new Promise((resolve) => {
    const killer = start('taskkill.exe', ['/PID', String(pid), ...tree, '/F'], {stdio: 'ignore', windowsHide: true})
    killer.once('error', () => resolve())
    killer.once('exit', () => resolve())
  })
}

/** Without these, programs on Windows do not even start. */
const NEEDED = [
  'SystemRoot',
  'SystemDrive',
  'ComSpec',
  'PATHEXT',
  'TEMP',
  'TMP',
  'windir',
  'ProgramFiles',
  'ProgramData',
  'USERPROFILE',
]

function windowsNeeds(own: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(NEEDED.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])))
}
