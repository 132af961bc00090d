import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {PROJECT} from './cli.ts'

export interface OnTerminalOptions {
  home: string
  columns?: number
  rows?: number
  env?: Record<string, string>
}

/** What the built CLI shows on a terminal of its own, stdout and stderr as they mix there (with `\r\n`), and its exit code. */
export async function assistOnTerminal(
  args: readonly string[],
  {home, columns = 80, rows = 24, env}: OnTerminalOptions,
): Promise<{code: number | null; screen: string}> {
  const command = [process.execPath, join(PROJECT, 'bin/run.js'), ...args].map(quoted).join(' ')
  const child = spawn('script', ['-qec', `stty cols ${columns} rows ${rows}; ${command}`, '/dev/null'], {
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
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const shown: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => shown.push(chunk))
  const [code] = await once(child, 'close')
  return {code, screen: Buffer.concat(shown).toString()}
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
