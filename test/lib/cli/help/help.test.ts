import {describe, expect, it} from 'vitest'
import {layOut} from '../../../../src/lib/cli/help/lay-out.ts'
import {splitLeadingFlags} from '../../../../src/lib/cli/help/leading-flags.ts'
import {readManifest} from '../../../../src/lib/cli/help/manifest.ts'
import {OVERVIEW, unlisted} from '../../../../src/lib/cli/help/overview-page.ts'
import {helpText, surfaceOf} from '../../../../src/lib/cli/help/show-help.ts'
import {PROJECT} from '../../../support/cli.ts'

const manifest = readManifest(PROJECT)

describe('the overview', () => {
  it('has each command once', () => {
    expect(unlisted(manifest)).toEqual([])
    const ids = OVERVIEW.flatMap(([, list]) => list)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(manifest.commands[id] ?? manifest.topics[id], id).toBeDefined()
  })
})

describe('help', () => {
  const pages = [[], ...Object.keys(manifest.commands).map((id) => id.split(':')), ['server', 'key'], ['environment']]

  it.each([40, 80, 120])('keeps to %i columns, but for lines to copy', (width) => {
    for (const words of pages) {
      const text = helpText(words, PROJECT, {width, color: false}) ?? ''
      expect(text).not.toMatch(/<%|undefined|\x1b| $/m)
      const long = text
        .split('\n')
        .filter(
          (line, at, all) => line.length > width && / {2}\S+ /.test(line.slice(2)) && !all[at - 1]?.endsWith('\\'),
        )
      expect(long, words.join(' ')).toEqual([])
    }
  })

  it('fits a terminal of 80 columns, its examples too', () => {
    for (const words of pages) {
      const text = helpText(words, PROJECT, {width: 80, color: false}) ?? ''
      expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
    }
  })

  it('goes on with an example below its first line, indented with it', () => {
    const text = helpText(['agent', 'register'], PROJECT, {width: 80, color: false})
    expect(text).toMatch(/^ {2}assist agent register .* \\\n {4}--server /m)
  })

  it('is bold only where it was asked to be', () => {
    expect(helpText(['cron'], PROJECT, {width: 80, color: true})).toContain('\x1b[1mUSAGE\x1b[22m\n')
  })

  it('has one block of inherited flags, at the end', () => {
    const text = helpText(['run'], PROJECT, {width: 80, color: false}) ?? ''
    const titles = text.split('\n').filter((line) => /^[A-Z ]+$/.test(line) && line !== '')
    expect(titles.slice(0, 2)).toEqual(['USAGE', 'EXAMPLES'])
    expect(titles.slice(-2)).toEqual(['INHERITED FLAGS', 'ALSO KNOWN AS'])
  })
})

describe('layOut', () => {
  it('puts names too long for their column on lines of their own', () => {
    const rows = [
      ['--a', 'one two'],
      ['--a-very-very-very-very-long-name-indeed', 'three'],
    ] as const
    expect(layOut([{title: 'FLAGS', rows}], {width: 60, color: false})).toBe(
      'FLAGS\n  --a  one two\n  --a-very-very-very-very-long-name-indeed\n       three\n',
    )
  })
})

describe('surfaceOf', () => {
  const terminal = {isTTY: true, columns: 100}
  it.each([
    {name: 'the terminal', environment: {}, stdout: terminal, surface: {width: 100, color: true}},
    {name: 'a pipe', environment: {}, stdout: {}, surface: {width: 80, color: false}},
    {name: 'NO_COLOR', environment: {NO_COLOR: '1'}, stdout: terminal, surface: {width: 100, color: false}},
    {name: 'TERM=dumb', environment: {TERM: 'dumb'}, stdout: terminal, surface: {width: 100, color: false}},
    {name: 'COLUMNS', environment: {COLUMNS: '60'}, stdout: terminal, surface: {width: 60, color: true}},
    {
      name: 'nonsense',
      environment: {COLUMNS: 'x', OCLIF_COLUMNS: '-1'},
      stdout: {},
      surface: {width: 80, color: false},
    },
    {name: 'a wide screen', environment: {}, stdout: {isTTY: true, columns: 400}, surface: {width: 120, color: true}},
  ])('goes by $name', ({environment, stdout, surface}) => {
    expect(surfaceOf(environment, stdout)).toEqual(surface)
  })
})

describe('splitLeadingFlags', () => {
  it.each([
    {argv: ['--profile', 'local', 'run', 'x'], count: 2},
    {argv: ['--profile=local', '-q', 'run'], count: 2},
    {argv: ['-plocal', '-o', 'json', 'run'], count: 3},
    {argv: ['run', '--profile', 'x'], count: 0},
    {argv: ['--nosuch', 'run'], count: 0},
    {argv: ['--', '-q'], count: 0},
  ])('takes $count words of $argv', ({argv, count}) => {
    expect(splitLeadingFlags(argv, manifest)).toEqual({flags: argv.slice(0, count), rest: argv.slice(count)})
  })
})
