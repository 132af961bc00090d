import {type ChildProcess, fork} from 'node:child_process'
import {mkdirSync} from 'node:fs'
import {resolve} from 'node:path'
import {build} from 'esbuild'

const ROOT = resolve(import.meta.dirname, '../..')

/** Bundles an agent that is a process of its own into `folder`; returns the program. */
export async function buildAgentChild(folder: string): Promise<string> {
  mkdirSync(folder, {recursive: true})
  const outfile = resolve(folder, 'agent-child.mjs')
  await build({
    entryPoints: [resolve(ROOT, 'test/support/agent-child-main.ts')],
    outfile,
    ...{bundle: true, format: 'esm', platform: 'node', target: 'node20', external: ['libsql'], logLevel: 'error'},
    banner: {js: "import {createRequire as cr} from 'node:module';const require=cr(import.meta.url);"},
  })
  return outfile
}

export interface ChildOptions {
  stateDir: string
  url: string
  killAt?: string
  /** Octal, as given to umask. */
  umask?: string
  action?: 'run' | 'register'
  /** Run as this user; we are root then. */
  uid?: number
  /** Where it may keep what its disk takes no more. */
  spareRoot?: string
}

/** Starts it; `ready` resolves when it says so, `ended` with its exit code or signal. */
export function startAgentChild(program: string, options: ChildOptions) {
  const {stateDir, url, killAt = '', umask = '022', action = 'run', uid, spareRoot} = options
  const child: ChildProcess = fork(program, [action, stateDir, url, umask], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    ...(uid !== undefined && {uid, gid: uid}),
    env: {
      ...{PATH: process.env.PATH, HOME: process.env.HOME, ASSIST_KILL_AT: killAt},
      ...(spareRoot !== undefined && {SPARE_ROOT: spareRoot}),
    },
  })
  const ended = new Promise<string>((done) => child.once('exit', (code, signal) => done(signal ?? String(code))))
  const ready = new Promise<void>((done) => child.once('message', () => done()))
  return {
    ...{child, ended, ready},
    memory: () =>
      new Promise<{rss: number}>((done) => {
        child.once('message', (message) => done(message as {rss: number}))
        child.send('memory')
      }),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
