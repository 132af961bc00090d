import {existsSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import type {Screen} from './standard-output.ts'

/** What shows a long text page by page; undefined where it fits, is not for a terminal, or nobody wants that. */
export function choosePager(
  text: string,
  {isOff, environment, stdout}: {isOff: boolean; environment: NodeJS.ProcessEnv; stdout: Screen},
): string | undefined {
  const {ASSIST_NO_PAGER, PAGER, TERM} = environment
  if (isOff || ASSIST_NO_PAGER || !stdout.isTTY || TERM === 'dumb' || PAGER === '' || PAGER === 'cat') return undefined
  const lines = text.split('\n').length
  if (lines <= (stdout.rows || Infinity)) return undefined
  return PAGER ?? (isOnPath('less', environment) ? 'less -FRX' : undefined)
}

/** Small containers have none, and Windows calls it otherwise: then the terminal scrolls, as it does without us. */
function isOnPath(name: string, {PATH = ''}: NodeJS.ProcessEnv): boolean {
  return PATH.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)))
}

/** Resolves when the pager is left; false when it could not be started or failed at once, so that nothing was shown. */
export async function page(text: string, command: string): Promise<boolean> {
  const {spawn} = await import('node:child_process')
  // Ctrl-C belongs to the pager, which stays.
  const ignore = (): void => {}
  process.on('SIGINT', ignore)
  try {
    return await new Promise<boolean>((done) => {
      const child = spawn(command, {
        shell: true,
        stdio: ['pipe', 'inherit', 'inherit'],
        env: {...process.env, LESS: process.env['LESS'] ?? 'FRX', LESSCHARSET: process.env['LESSCHARSET'] ?? 'utf-8'},
      })
      child.on('error', () => done(false))
      child.on('close', (code) => done(!isMissing(code)))
      child.stdin?.on('error', ignore) // left before the end
      child.stdin?.end(text)
    })
  } finally {
    process.removeListener('SIGINT', ignore)
  }
}

/** How shells say that there is no such program. */
function isMissing(code: number | null): boolean {
  return code === 126 || code === 127 || (process.platform === 'win32' && code !== 0)
}
