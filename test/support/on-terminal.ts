import {join} from 'node:path'
import {spawn} from '@lydell/node-pty'
import {PROJECT} from './cli.ts'

export interface OnTerminalOptions {
  home: string
  columns?: number
  rows?: number
  env?: Record<string, string>
}

export interface OnTerminal {
  /** Types, as keys come from a keyboard: Enter is `\r`, Ctrl-C `\x03`. */
  type(text: string): void
  /** All that has come so far, stdout and stderr as they mix there (with `\r\n`). */
  screen(): string
  /** Resolves once that is on the screen. Rejects when the program ends before, or nothing of it comes for 20 s. */
  seen(pattern: RegExp): Promise<RegExpMatchArray>
  ended: Promise<{code: number; screen: string}>
  kill(): void
}

const LONGEST_MS = 20_000

/**
 * The terminal stays open behind the program, whose last words might be lost otherwise: at the end of its process a pty is closed, whether all
 * was read or not. The shell survives Ctrl-C, which reaches the program too.
 */
const KEPT_OPEN = String.raw`trap : INT; "$@"; printf '\033]777;%s\007' "$?"; exec sleep 60`
const END = /\x1b\]777;(\d+)\x07/

/** The built CLI on a terminal of its own. */
export function startOnTerminal(args: readonly string[], options: OnTerminalOptions): OnTerminal {
  return startProgramOnTerminal(process.execPath, [join(PROJECT, 'bin/run.js'), ...args], options)
}

/** A shell on a terminal, for redirections; `$assist` in the script starts the built CLI. */
export function startShellOnTerminal(script: string, options: OnTerminalOptions): OnTerminal {
  const assist = `${process.execPath} ${join(PROJECT, 'bin/run.js')}`
  return startProgramOnTerminal('sh', ['-c', script], {...options, env: {...options.env, assist}})
}

/** What the built CLI shows on a terminal of its own, and its exit code. */
export function assistOnTerminal(
  args: readonly string[],
  options: OnTerminalOptions,
): Promise<{code: number; screen: string}> {
  return startOnTerminal(args, options).ended
}

function startProgramOnTerminal(
  program: string,
  args: readonly string[],
  {home, columns = 80, rows = 24, env}: OnTerminalOptions,
): OnTerminal {
  const pty = spawn('sh', ['-c', KEPT_OPEN, 'sh', program, ...args], {
    cols: columns,
    rows,
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      ASSIST_HOME: home,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      TERM: 'xterm-256color',
      PAGER: 'cat',
      ...env,
    },
  })
  let shown = ''
  let end: {code: number; screen: string} | undefined
  const watchers = new Set<() => void>()
  const ended = new Promise<{code: number; screen: string}>((done) => {
    pty.onData((data) => {
      shown += data
      const mark = END.exec(shown)
      if (mark && !end) {
        end = {code: Number(mark[1]), screen: shown.slice(0, mark.index)}
        pty.kill('SIGKILL')
        done(end)
      }
      for (const look of watchers) look()
    })
  })
  return {
    type: (text) => pty.write(text),
    screen: () => shown,
    ended,
    kill: () => end || pty.kill('SIGKILL'),
    seen: (pattern) =>
      new Promise((found, failed) => {
        const stop = (why: string): void => {
          watchers.delete(look)
          clearTimeout(timer)
          failed(new Error(`${why} before ${pattern}: ${shown}`))
        }
        const timer = setTimeout(() => stop(`${LONGEST_MS} ms passed`), LONGEST_MS)
        const look = (): void => {
          const match = pattern.exec(shown)
          if (!match) {
            if (end) stop('it ended')
            return
          }
          watchers.delete(look)
          clearTimeout(timer)
          found(match)
        }
        watchers.add(look)
        look()
      }),
  }
}
