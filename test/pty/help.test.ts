import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {afterAll, describe, expect, it} from 'vitest'
import {displayWidth} from '../../src/lib/view/form/width.ts'
import {PROJECT, tempFolder} from '../support/cli.ts'
import {assistOnTerminal} from '../support/on-terminal.ts'

const home = tempFolder()
afterAll(() => home.remove())

const {commands} = JSON.parse(readFileSync(join(PROJECT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, {hidden?: boolean}>
}
const names = Object.keys(commands)
  .filter((id) => !commands[id]?.hidden)
  .map((id) => id.replaceAll(':', ' '))

describe('help on a terminal', () => {
  it.each(['', 'help', ...names])('of "%s" is shown and fits 80 columns', async (name) => {
    const args = name === '' ? [] : name === 'help' ? ['help'] : [...name.split(' '), '--help']
    const {code, screen} = await assistOnTerminal(args, {home: home.path, env: {NO_COLOR: '1'}})
    expect(code).toBe(0)
    expect(screen).not.toContain('Error')
    const lines = stripVTControlCharacters(screen).split('\r\n')
    expect(lines.length).toBeGreaterThan(5)
    // Examples are one line each, to be copied.
    const prose = lines.slice(args.length > 1 ? 0 : 1).filter((line) => !/^\s+(\$ |[a-z./]+ )?.*\bassist\b/.test(line))
    expect(prose.filter((line) => displayWidth(line) > 80)).toEqual([])
  })
})
