import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {assist, tempFolder} from '../support/cli.ts'
import {startShellOnTerminal} from '../support/on-terminal.ts'

const home = tempFolder()
const env = {ALIBABA_CLOUD_PROFILE: 'local'}
const shell = (script: string) => startShellOnTerminal(script, {home: home.path, env}).ended

beforeAll(async () => {
  const {code, stderr} = await assist(['local', 'up'], {home: home.path})
  if (code !== 0) throw new Error(stderr)
})
afterAll(async () => {
  await assist(['local', 'down', '--force'], {home: home.path})
  home.remove()
})

describe('our own streams', () => {
  it('end us like SIGPIPE when nobody reads any more, never with success', async () => {
    const {screen} = await shell(
      `{ $assist run 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do echo $i; sleep 0.2; done; exit 3'; echo "code $?" >&2; } | head -1`,
    )
    expect(screen).toContain('code 141\r\n')
  })

  it.each(["run 'echo x'", 'whoami', '--version', 'invocations --json'])(
    'say in one line that stdout could not be written (%s)',
    async (command) => {
      const {code, screen} = await shell(`$assist ${command} >/dev/full`)
      expect(screen).toBe('Error: the result could not be written to standard output: no space is left there\r\n')
      expect(code).toBe(74)
    },
  )

  it.each(['2>&-', '2>/dev/full', '>&- 2>&-', '<&-', '>&-'])('keep the exit code of the script with %s', async (to) => {
    const {code, screen} = await shell(`$assist run 'exit 3' ${to}`)
    expect(code).toBe(3)
    expect(screen).not.toContain(' at ')
  })
})
