import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {readAgentStatus, registerAgent, startAgent} from '../../../src/lib/agent/main.ts'
import {setUpAgent} from '../../support/agent-in-process.ts'
import {taskItem} from '../../support/agent-server.ts'

describe('an agent', () => {
  it('runs a kicked script and reports its start, its output and its exit code', async () => {
    await using setup = await setUpAgent()
    const {server, stateDir} = setup
    server.offer(taskItem('t-1', 'echo hello; echo wrong >&2; exit 3', {invokeVersion: 4}))
    const {report, body} = await server.waitForEnd('t-1')
    expect(report).toMatchObject({kind: 'finish', exitCode: 3, dropped: 0, invokeVersion: 4, offset: 0})
    expect(body.toString()).toBe('hello\nwrong\n')
    expect(server.of('t-1').map(({report}) => report.kind)).toEqual(['running', 'finish'])
    expect(server.answers).toEqual(['accept:kick_vm task run t-1'])
    await server.waitFor('the tombstone', () => readdirSync(join(stateDir, 'finished')).includes('t-1'))
    expect(readdirSync(join(stateDir, 'started'))).toEqual([])
  })

  it('says who it is with every heart-beat, and fetches once at its start and once per connection', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    await server.waitFor('two fetches', () => server.fetches.length === 2)
    expect(Object.fromEntries(server.fetches[0] ?? [])).toMatchObject({
      reason: 'startup',
      cold_start: 'true',
      timeZone: 'UTC',
    })
    expect(server.fetches[1]?.get('reason')).toBe('kickoff')
    expect(Object.fromEntries(server.beats[0] ?? [])).toMatchObject({
      index: '0',
      seq_no: '0',
      virt_type: 'kvm',
      cold_start: 'true',
    })
    await setup.stop()
    await setup.start()
    await server.waitFor('the next start', () => server.fetches.length >= 3)
    expect(server.fetches[2]?.get('cold_start')).toBe('false')
  })

  it('sends what a script prints while it runs, each byte once', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.offer(
      taskItem('t-1', 'for i in 1 2 3 4 5 6; do printf "%s 中文\\n" $i; sleep 0.1; done', {output: {interval: 100}}),
    )
    await server.waitForEnd('t-1')
    expect(
      server.of('t-1').filter(({report, body}) => report.kind === 'running' && body.length > 0).length,
    ).toBeGreaterThan(1)
    expect(server.output('t-1').toString()).toBe([1, 2, 3, 4, 5, 6].map((i) => `${i} 中文\n`).join(''))
    for (const {body} of server.of('t-1')) expect(body.toString()).not.toContain('\ufffd')
  })

  it('keeps the end of much output and counts what it dropped', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.offer(taskItem('t-1', 'yes 012345678 | head -c 3000000; printf "the end"'))
    const {report} = await server.waitForEnd('t-1')
    const sent = server.of('t-1').reduce((sum, {body}) => sum + body.length, 0)
    expect(report).toMatchObject({kind: 'finish', dropped: 3_000_007 - sent})
    expect(server.output('t-1').length).toBe(3_000_007)
    expect(server.output('t-1').subarray(-17).toString()).toBe('012345678\nthe end')
  })

  it('stays within one quota with servers that know no offsets', async () => {
    await using setup = await setUpAgent({assist: false})
    const {server} = setup
    server.offer(
      taskItem('t-1', 'yes 012345678 | head -c 40000; sleep 1.3; printf "the end"', {
        output: {interval: 100, logQuota: 1},
      }),
    )
    const {report, body} = await server.waitForEnd('t-1')
    const bodies = server.of('t-1').map(({body}) => body)
    expect(bodies.reduce((sum, {length}) => sum + length, 0)).toBeLessThanOrEqual(12_000)
    expect(report).toMatchObject({
      offset: undefined,
      dropped: 40_007 - bodies.reduce((sum, {length}) => sum + length, 0),
    })
    expect(body.subarray(-7).toString()).toBe('the end')
  })

  it('ends at its timeout with all it started, and says so with what it printed', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.offer(taskItem('t-1', 'echo before; sleep 300 & wait', {timeOut: '1'}))
    const {report} = await server.waitForEnd('t-1')
    expect(report).toMatchObject({kind: 'timeout', exitCode: 1})
    if (report.kind !== 'timeout') throw new Error('not a timeout')
    expect(report.endMs - report.startMs).toBeGreaterThanOrEqual(1000)
    expect(server.output('t-1').toString()).toBe('before\n')
  })

  it('stops a script, and reports what it had printed', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.offer(taskItem('t-1', 'echo going; sleep 300', {output: {interval: 100}}))
    await server.waitFor('output', () => server.output('t-1').length > 0)
    server.stop = [taskItem('t-1', '')]
    server.kick()
    expect((await server.waitForEnd('t-1')).report).toMatchObject({kind: 'stopped', result: 'killed'})
    expect(server.output('t-1').toString()).toBe('going\n')
  })

  it('answers a stop for what it never had', async () => {
    await using setup = await setUpAgent()
    setup.server.stop = [taskItem('t-unknown', '')]
    setup.server.kick()
    expect((await setup.server.waitForEnd('t-unknown')).report).toMatchObject({kind: 'stopped', startMs: 0, endMs: 0})
  })

  it('reports within 3 s although a daemon holds the output, and leaves the daemon alone (F20)', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    const from = performance.now()
    server.offer(taskItem('t-1', 'sleep 60 & echo $!; echo done'))
    const {body, report, atMs} = await server.waitForEnd('t-1')
    expect(atMs - from).toBeLessThan(3000)
    expect(report).toMatchObject({kind: 'finish', exitCode: 0})
    const [pid, ...rest] = server.output('t-1').toString().split('\n')
    expect(rest).toEqual(['done', ''])
    expect(body.length).toBeGreaterThanOrEqual(0)
    expect(() => process.kill(Number(pid), 'SIGTERM')).not.toThrow()
  })

  it('starts no more scripts at once than it may; a stop takes a waiting one out of the line', async () => {
    await using setup = await setUpAgent({started: false})
    const {server} = setup
    const agent = await setup.start({maxRunning: 2})
    server.offer(...['t-1', 't-2', 't-3', 't-4'].map((id) => taskItem(id, 'sleep 0.6; echo x')))
    await server.waitFor('two starts', () => server.of('t-2').length > 0)
    expect(agent.runningCount()).toBe(2)
    server.stop = [taskItem('t-4', '')]
    server.kick()
    expect((await server.waitForEnd('t-4')).report).toMatchObject({kind: 'stopped', startMs: 0})
    await server.waitForEnd('t-3')
    expect(server.terminal('t-3')[0]?.report.kind).toBe('finish')
    expect(server.of('t-4').length).toBe(1)
  })

  it('runs a script once however often it is kicked and listed (F12)', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.rawList = JSON.stringify({code: 200, run: Array.from({length: 10}, () => taskItem('t-1', 'echo once'))})
    for (let i = 0; i < 10; i++) server.kick('kick_vm task run t-1')
    await server.waitForEnd('t-1')
    const before = server.fetches.length
    for (let i = 0; i < 10; i++) server.kick('kick_vm task run t-1')
    await server.waitFor('another fetch', () => server.fetches.length > before)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.terminal('t-1').length).toBe(1)
    expect(server.output('t-1').toString()).toBe('once\n')
  })

  it('sends a final report again when its answer was lost (F13)', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    let cuts = 1
    server.fault = ({path}) => (path.endsWith('/finish') && cuts-- > 0 ? 'cut' : undefined)
    server.offer(taskItem('t-1', 'echo hi'))
    await server.waitFor('two final reports', () => server.terminal('t-1').length === 2)
    const [first, second] = server.terminal('t-1')
    expect(second?.report).toEqual(first?.report)
    expect(server.output('t-1').toString()).toBe('hi\n')
  })

  it('finds work whose kick was lost when it connects again', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.run.push(taskItem('t-1', 'echo found'))
    server.cutConnections()
    await server.waitForEnd('t-1')
  })

  it('reads the good tasks of a list with bad ones in it, and survives a list that is no JSON (B33)', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.rawList = '<html>proxy error</html>'
    server.kick()
    await server.waitFor('a log line', () => setup.log.lines.some((line) => line.includes('could not be fetched')))
    server.rawList = undefined
    server.run.push(
      {task: 7},
      taskItem('t-bad', 'echo', {type: 'RunRuby'}),
      taskItem('t-cron', 'echo', {repeat: 'Period', cron: 'nonsense'}),
    )
    server.offer(taskItem('t-good', 'echo good'))
    await server.waitForEnd('t-good')
    expect((await server.waitForEnd('t-bad')).report).toMatchObject({kind: 'invalid', param: 'TypeInvalid'})
    expect((await server.waitForEnd('t-cron')).report).toMatchObject({
      kind: 'invalid',
      param: 'cron',
      value: 'InvalidCronExpression',
    })
  })

  it('checks a dry run and starts nothing', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.test = [
      taskItem('t-ok', 'touch /tmp/assist-must-not-exist'),
      taskItem('t-no', 'true', {workingDirectory: '/nowhere'}),
    ]
    server.kick()
    expect((await server.waitForEnd('t-ok')).report.kind).toBe('verified')
    expect((await server.waitForEnd('t-no')).report).toMatchObject({kind: 'invalid', param: 'workingDirectory'})
  })

  it('fills what the server left to it, and refuses names it does not know', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    const more = {enableParameter: true, builtInParameter: {InstanceId: 'i-1'}}
    server.offer(
      taskItem('t-1', 'echo {{ACS::InstanceId}} {{ ACS::InvokeId }} {{ACS::CommandId}}', more),
      taskItem('t-2', 'echo {{ACS::Moon}}', more),
    )
    await server.waitForEnd('t-1')
    expect(server.output('t-1').toString()).toBe('i-1 t-1 c-1\n')
    expect((await server.waitForEnd('t-2')).report).toMatchObject({
      kind: 'invalid',
      param: 'InvalidEnvironmentParameter',
    })
  })

  it('starts a script through its launcher', async () => {
    await using setup = await setUpAgent()
    const {server} = setup
    server.offer(
      taskItem('t-1', 'print("from", __file__[-3:])', {launcher: 'python3 -u {{ACS::ScriptFileName|Ext(".py")}}'}),
    )
    await server.waitForEnd('t-1')
    expect(server.output('t-1').toString()).toBe('from .py\n')
  })

  it('is told apart from another in the same folder', async () => {
    await using setup = await setUpAgent()
    const options = {stateDir: setup.stateDir, server: {url: setup.server.url}, log: setup.log}
    await expect(startAgent(options)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(String(process.pid)),
    })
  })

  it('lets scripts go on when it is stopped, and tells its state', async () => {
    await using setup = await setUpAgent()
    const {server, stateDir} = setup
    server.offer(taskItem('t-1', 'sleep 0.5; echo end'))
    await server.waitFor('the start', () => server.of('t-1').length > 0)
    const status = await readAgentStatus(stateDir)
    expect(status).toMatchObject({instanceId: 'mi-stub', alive: true, pid: process.pid, unreportedResults: 0})
    expect(status.running.map(({taskId}) => taskId)).toEqual(['t-1'])
    await setup.agent().stop()
    expect(server.terminal('t-1')[0]?.report).toMatchObject({kind: 'finish', exitCode: 0})
    expect((await readAgentStatus(stateDir)).alive).toBe(false)
  })

  it('deregisters when the server says so', async () => {
    await using setup = await setUpAgent()
    setup.server.kick('kick_vm agent deregister')
    await setup.agent().stopped
    await setup.server.waitFor('the identity to go', () => !readdirSync(setup.stateDir).includes('identity'))
  })
})

describe('registerAgent', () => {
  it('never replaces an identity by accident', async () => {
    await using setup = await setUpAgent({started: false})
    const options = {
      stateDir: setup.stateDir,
      server: {url: setup.server.url},
      log: setup.log,
      activationId: 'a',
      regionId: 'r',
    }
    await expect(registerAgent({...options, activationCode: 'good-code'})).rejects.toMatchObject({code: 'config'})
    await expect(registerAgent({...options, activationCode: 'bad', force: true})).rejects.toMatchObject({
      code: 'refused',
    })
    await setup.start() // the old identity still works
  })
})
