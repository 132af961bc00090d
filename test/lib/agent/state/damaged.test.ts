import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {seal, writeWhole} from '../../../../src/lib/agent/state/files.ts'
import {loadIdentity} from '../../../../src/lib/agent/state/identity.ts'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {INTERRUPTED} from '../../../../src/lib/protocol/agent/reports.ts'
import {setUpAgent} from '../../../support/agent-in-process.ts'
import {taskItem} from '../../../support/agent-server.ts'

describe('an agent whose disk fails it', () => {
  it('goes on when it cannot keep a schedule', async () => {
    await using setup = await setUpAgent()
    const {server, stateDir, log} = setup
    rmSync(join(stateDir, 'schedules'), {recursive: true})
    const rule = {repeat: 'Rate', cron: 'rate(1s)', creationTime: Date.now() - 500}
    server.offer(taskItem('t-1', 'true', rule), taskItem('t-2', 'echo ran'))
    await server.waitForEnd('t-2')
    await server.waitForEnd('t-1')
    expect(log.lines.some((line) => line.includes('the disk did not let us keep a task'))).toBe(true)
    server.run = []
    server.stop = [taskItem('t-1', '', rule)]
    server.kick()
    await server.waitFor('the stop', () => setup.agent().activeSchedules() === 0)
  })

  it('says of a report that was damaged while it waited that nobody knows', async () => {
    await using setup = await setUpAgent()
    const {server, stateDir, log} = setup
    server.fault = ({path}) => (path === AGENT_PATHS.finish ? {status: 503} : undefined)
    server.offer(taskItem('t-1', 'true'))
    const finals = (): string[] =>
      readdirSync(join(stateDir, 'runs')).filter((name) => existsSync(join(stateDir, 'runs', name, 'final')))
    await server.waitFor('the first try', () => log.lines.some((line) => line.includes('a report was not taken')))
    const [folder = ''] = await server.waitFor('the report on disk', () => finals().length > 0 && finals())
    writeFileSync(join(stateDir, 'runs', folder, 'final'), Buffer.alloc(100))
    server.fault = () => undefined
    server.offer(taskItem('t-2', 'true'))
    await server.waitForEnd('t-2')
    expect((await server.waitForEnd('t-1')).report).toMatchObject({kind: 'error', errCode: INTERRUPTED})
  })
})

describe('an identity', () => {
  it('of a later version is refused', async () => {
    await using setup = await setUpAgent({started: false})
    const file = join(setup.stateDir, 'identity', 'identity')
    const [, text = ''] = readFileSync(file, 'utf8').split('\n')
    writeWhole(file, seal({...JSON.parse(text), version: 9}))
    expect(() => loadIdentity(setup.stateDir)).toThrow('it is of version 9')
  })
})

describe('an agent that is stopped while a script runs', () => {
  it('keeps the folder until the script has ended and is reported', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    const first = setup.agent()
    server.offer(taskItem('t-1', 'sleep 1; exit 7'))
    await server.waitFor('the start', () => server.of('t-1').length > 0)
    await setup.stop()
    await expect(setup.start()).rejects.toThrow('already uses')
    await first.ended
    expect(server.terminal('t-1').map(({report}) => report)).toMatchObject([{kind: 'finish', exitCode: 7}])
    await setup.start()
    expect(server.terminal('t-1').length).toBe(1)
  })
})
