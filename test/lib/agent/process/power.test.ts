import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {powerWish} from '../../../../src/lib/agent/process/power.ts'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {setUpAgent} from '../../../support/agent-in-process.ts'
import {taskItem} from '../../../support/agent-server.ts'

describe('powerWish', () => {
  it.each([
    {exitCode: 193, platform: 'linux', wish: 'off'},
    {exitCode: 194, platform: 'freebsd', wish: 'restart'},
    {exitCode: 3009, platform: 'win32', wish: 'off'},
    {exitCode: 3010, platform: 'win32', wish: 'restart'},
    {exitCode: 193, platform: 'win32', wish: undefined},
    {exitCode: 0, platform: 'linux', wish: undefined},
  ] as const)('takes $exitCode on $platform for $wish', ({exitCode, platform, wish}) => {
    expect(powerWish(exitCode, platform)).toBe(wish)
  })
})

describe('a script that ends with 193 or 194', () => {
  it.each([
    {exitCode: 193, wish: 'off'},
    {exitCode: 194, wish: 'restart'},
  ])('has its end told, and then the machine does it: $wish', async ({exitCode, wish}) => {
    await using setup = await setUpAgent({started: false})
    const {server} = setup
    const asked: Array<{action: string; told: boolean}> = []
    await setup.start({power: async (action) => void asked.push({action, told: server.terminal('t-1').length > 0})})
    server.offer(taskItem('t-1', `exit ${exitCode}`))
    await server.waitFor('the wish', () => asked.length > 0)
    expect(asked).toEqual([{action: wish, told: true}])
    expect(server.terminal('t-1')[0]?.report).toMatchObject({kind: 'finish', exitCode})
  })

  it('has its end kept for the next agent where the server is away', async () => {
    await using setup = await setUpAgent({started: false})
    const {server, stateDir} = setup
    const kept: boolean[] = []
    const finals = (): string[] =>
      readdirSync(join(stateDir, 'runs')).filter((name) => existsSync(join(stateDir, 'runs', name, 'final')))
    await setup.start({power: async () => void kept.push(finals().length === 1)})
    server.fault = ({path}) => (path === AGENT_PATHS.finish ? {status: 503} : undefined)
    server.offer(taskItem('t-1', 'exit 194'))
    await server.waitFor('the wish', () => kept.length > 0)
    expect(kept).toEqual([true])
  })

  it('is told as any other when it was stopped, when the machine does not obey, and where no script may ask', async () => {
    await using setup = await setUpAgent({started: false})
    const {server, log} = setup
    await setup.start({power: () => Promise.reject(new Error('not today'))})
    server.offer(taskItem('t-late', 'trap "exit 194" TERM; sleep 300 & wait', {timeOut: '1'}))
    expect((await server.waitForEnd('t-late')).report.kind).toBe('timeout')
    server.offer(taskItem('t-1', 'exit 194'))
    await server.waitFor('the log', () => log.lines.some((line) => line.includes('did not obey')))
    expect(log.lines.filter((line) => line.includes('did not obey')).length).toBe(1)
    expect(log.lines.join()).toContain('not today')
    await setup.stop()
    await setup.start()
    server.offer(taskItem('t-2', 'exit 193'))
    expect((await server.waitForEnd('t-2')).report).toMatchObject({kind: 'finish', exitCode: 193})
  })
})
