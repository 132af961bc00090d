import {stripVTControlCharacters} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {displayWidth} from '../../src/lib/view/form/width.ts'
import {assist, tempFolder} from '../support/cli.ts'
import {assistOnTerminal, startOnTerminal} from '../support/on-terminal.ts'

const home = tempFolder()
const env = {ALIBABA_CLOUD_PROFILE: 'local'}
let invokeId = ''

beforeAll(async () => {
  const script = 'seq 1 3000 | sed "s/^/a line of a log that is about as long as lines are, number /"'
  const ran = await assist(['run', '--command-name', '磁盘空间检查与清理任务每日报告', '--keep', script, '--json'], {
    home: home.path,
    env,
  })
  if (ran.code !== 0) throw new Error(ran.stderr)
  invokeId = (JSON.parse(ran.stdout) as {invokeId: string}).invokeId
  await assist(['run', '--frequency', '0 */10 * * * *', '--no-wait', 'echo tick'], {home: home.path, env})
})
afterAll(async () => {
  await assist(['local', 'down', '--force'], {home: home.path})
  home.remove()
})

const LISTS = [
  'invocations',
  'commands',
  'describe-status',
  'describe-managed-instances',
  'describe-instances',
  'exit-codes',
]

describe('tables on a terminal', () => {
  it.each(LISTS.flatMap((list) => [80, 120].map((columns) => ({list, columns}))))(
    '$list fits $columns columns',
    async ({list, columns}) => {
      const {code, screen} = await assistOnTerminal([list], {home: home.path, columns, env})
      expect(code).toBe(0)
      const lines = stripVTControlCharacters(screen).split('\r\n')
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([])
    },
  )

  it('keep ids whole and say how long ago things were', async () => {
    const {screen} = await assistOnTerminal(['invocations'], {home: home.path, env})
    expect(screen).toContain(invokeId)
    expect(screen).toMatch(/\ds ago/)
    const status = await assistOnTerminal(['describe-status'], {home: home.path, env})
    expect(status.screen).toMatch(/i-local-[a-z0-9]{20} /)
  })

  it('say what is missing where there is nothing to show', async () => {
    const folder = tempFolder()
    const {screen} = await assistOnTerminal(['agent', 'status', '--state-dir', folder.path], {home: home.path})
    folder.remove()
    expect(stripVTControlCharacters(screen)).toMatch(/Server +none; to join one: assist agent register\r\n/)
  })

  it('show the output of a script below a head line, at once', async () => {
    const began = performance.now()
    const {screen} = await assistOnTerminal(['results', invokeId], {home: home.path, env})
    expect(performance.now() - began).toBeLessThan(2000)
    expect(screen).toMatch(/==.* {2}.*Success.*\r\n/)
    expect(screen).toContain('number 3000\r\n')
  })

  it('come without colour under NO_COLOR, --no-color and TERM=dumb, with it otherwise', async () => {
    const at = (args: string[], more: Record<string, string> = {}) =>
      assistOnTerminal(['invocations', ...args], {home: home.path, env: {...env, ...more}})
    expect((await at([])).screen).toContain('\x1b[32mSuccess\x1b[39m')
    expect((await at([], {NO_COLOR: '1'})).screen).not.toContain('\x1b')
    expect((await at(['--no-color'])).screen).not.toContain('\x1b')
    expect((await at([], {TERM: 'dumb'})).screen).not.toContain('\x1b')
  })
})

describe('the pager', () => {
  const PAGER = 'echo PAGED; cat'

  it('shows what has more lines than the screen, and only that', async () => {
    const at = (rows: number, args: string[], more: Record<string, string> = {}) =>
      assistOnTerminal(args, {home: home.path, rows, env: {...env, PAGER, ...more}})
    expect((await at(24, ['results', invokeId])).screen).toContain('PAGED')
    expect((await at(24, ['invocations'])).screen).not.toContain('PAGED')
    expect((await at(24, ['results', invokeId, '--no-pager'])).screen).not.toContain('PAGED')
    expect((await at(24, ['results', invokeId], {ASSIST_NO_PAGER: '1'})).screen).not.toContain('PAGED')
  })

  it('that is missing is done without', async () => {
    const {code, screen} = await assistOnTerminal(['results', invokeId], {
      ...{home: home.path, rows: 24, env: {...env, PAGER: '/no/such/pager'}},
    })
    expect(code).toBe(0)
    expect(screen).toContain('number 3000\r\n')
  })

  it('that is left early ends us in peace', async () => {
    const {code} = await startOnTerminal(['results', invokeId], {
      ...{home: home.path, rows: 24, env: {...env, PAGER: 'head -1'}},
    }).ended
    expect(code).toBe(0)
  })
})
