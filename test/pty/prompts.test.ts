import {afterAll, describe, expect, it} from 'vitest'
import {tempFolder} from '../support/cli.ts'
import {startOnTerminal} from '../support/on-terminal.ts'

const home = tempFolder()
afterAll(() => home.remove())

describe('prompts on a terminal', () => {
  it('ask before a deed that cannot be undone, on stderr, and take Enter for no', async () => {
    const asked = startOnTerminal(['local', 'reset'], {home: home.path})
    await asked.seen(/\?/)
    asked.type('\r')
    const {screen} = await asked.ended
    expect(screen).not.toContain('internal error')
  })

  it('end with 130 at Ctrl-C', async () => {
    const asked = startOnTerminal(['configure'], {home: home.path})
    await asked.seen(/\?/)
    asked.type('\x03')
    const {code, screen} = await asked.ended
    expect(code).toBe(130)
    expect(screen).toContain('interrupted')
    expect(screen).not.toContain(' at ')
  })

  it('never show a secret', async () => {
    const asked = startOnTerminal(
      ['agent', 'register', '--activation-id', 'a-1', '--region', 'local', '--server', 'http://127.0.0.1:9'],
      {
        home: home.path,
      },
    )
    await asked.seen(/Activation code/)
    asked.type('canary-secret-text\r')
    const {screen} = await asked.ended
    expect(screen).not.toContain('canary-secret-text')
  })
})
