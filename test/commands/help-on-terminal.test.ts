import {afterAll, describe, expect, it} from 'vitest'
import {tempFolder} from '../support/cli.ts'
import {assistOnTerminal} from '../support/on-terminal.ts'

const folder = tempFolder()
afterAll(() => folder.remove())

describe('help on a terminal', () => {
  it.each([
    {words: [], shows: 'run'},
    {words: ['--help'], shows: 'run'},
    {words: ['help'], shows: 'run'},
    {words: ['help', 'run'], shows: '--timeout'},
    {words: ['run', '--help'], shows: '--timeout'},
    {words: ['local'], shows: 'local up'},
    {words: ['local', 'up', '--help'], shows: 'local up'},
    {words: ['help', 'exit-codes'], shows: '124'},
  ])('is there for `assist $words`', async ({words, shows}) => {
    const {code, screen} = await assistOnTerminal(words, {home: folder.path})
    expect(screen).toContain(shows)
    expect(screen).not.toContain('internal error')
    expect(code).toBe(0)
  })
})
