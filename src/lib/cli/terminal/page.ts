interface Screen {
  isTTY?: boolean
  rows?: number
}

/** What shows a long text page by page; undefined where it fits, is not for a terminal, or nobody wants that. */
export function choosePager(
  text: string,
  {isOff, environment, stdout}: {isOff: boolean; environment: NodeJS.ProcessEnv; stdout: Screen},
): string | undefined {
  const {ASSIST_NO_PAGER, PAGER, TERM} = environment
  if (isOff || ASSIST_NO_PAGER || !stdout.isTTY || TERM === 'dumb' || PAGER === '' || PAGER === 'cat') return undefined
  const lines = text.split('\n').length
  return lines > (stdout.rows || Infinity) ? (PAGER ?? 'less -FRX') : undefined
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
      child.on('close', (code) => done(code !== 126 && code !== 127))
      child.stdin?.on('error', ignore) // left before the end
      child.stdin?.end(text)
    })
  } finally {
    process.removeListener('SIGINT', ignore)
  }
}
