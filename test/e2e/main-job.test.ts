import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Plane, startPlane} from '../support/plane.ts'

let plane: Plane
beforeAll(async () => {
  plane = await startPlane()
})
afterAll(() => plane.stop())

const run = (script: string, ...flags: string[]) => plane.assist(['run', '-i', plane.instanceId, ...flags, script])

describe('the lines of aliyuncli, with assist in its place', () => {
  it('create, invoke now and on a schedule, and read the results', async () => {
    const created = await plane.assist(
      'ecs CreateCommand --CommandContent ZWNobyAxMjM= --Type RunShellScript --Name test --Description test'.split(' '),
    )
    expect(created).toMatchObject({code: 0})
    const {CommandId} = JSON.parse(created.stdout)
    expect(CommandId).toMatch(/^c-/)

    const invoked = await plane.assist([
      'ecs',
      'InvokeCommand',
      '--InstanceId.1',
      plane.instanceId,
      '--CommandId',
      CommandId,
      '--Timed',
      'false',
    ])
    expect(invoked).toMatchObject({code: 0})
    const {InvokeId} = JSON.parse(invoked.stdout)

    const timed = await plane.assist([
      'ecs',
      'InvokeCommand',
      '--InstanceId.1',
      plane.instanceId,
      '--CommandId',
      CommandId,
      '--Timed',
      'true',
      '--Frequency',
      '0 */10 * * * *',
    ])
    expect(timed).toMatchObject({code: 0})

    await expect
      .poll(
        async () => {
          const listed = await plane.assist([
            'ecs',
            'DescribeInvocations',
            '--InstanceId',
            plane.instanceId,
            '--InvokeId',
            InvokeId,
          ])
          return JSON.parse(listed.stdout).Invocations.Invocation[0].InvocationStatus
        },
        {timeout: 10_000},
      )
      .toBe('Success')
    const results = await plane.assist([
      'ecs',
      'DescribeInvocationResults',
      '--InstanceId',
      plane.instanceId,
      '--InvokeId',
      InvokeId,
    ])
    expect(JSON.parse(results.stdout).Invocation.InvocationResults.InvocationResult[0]).toMatchObject({
      Output: 'MTIzCg==',
      ExitCode: 0,
      InvocationStatus: 'Success',
    })
    await plane.assist(['stop', JSON.parse(timed.stdout).InvokeId])
  })
})

describe('run', () => {
  it('prints what the script printed and nothing else', async () => {
    expect(await run('echo 123')).toMatchObject({code: 0, stdout: '123\n', stderr: ''})
  })

  it('ends with the exit code of the script', async () => {
    expect(await run('echo seven; exit 7')).toMatchObject({code: 7, stdout: 'seven\n'})
  })

  it('says of a server that the script left running that nobody keeps what it prints from now on', async () => {
    const left = await run('nohup sleep 5 & echo started')
    expect(left).toMatchObject({code: 0, stdout: 'started\n'})
    expect(left.stderr).toMatch(/: What it left running still has its output; .*\n$/)
    expect(await run('nohup sleep 5 >/dev/null 2>&1 & echo started')).toMatchObject({code: 0, stderr: ''})
  })

  it('gives the result as JSON', async () => {
    const ended = await run('echo out; echo err >&2; exit 3', '--json')
    expect(ended.code).toBe(3)
    expect(JSON.parse(ended.stdout)).toMatchObject({
      results: [{instanceId: plane.instanceId, status: 'Failed', exitCode: 3, output: 'out\nerr\n', dropped: 0}],
    })
  })

  it('takes a script of 24 KB after Base64 and refuses one byte more before sending it', async () => {
    const comment = (bytes: number) => `echo fits\n#${'x'.repeat(bytes - 'echo fits\n#'.length)}`
    const fits = await plane.assist(['run', '-i', plane.instanceId, '-'], {input: comment(18_432)})
    expect(fits).toMatchObject({code: 0, stdout: 'fits\n'})
    const tooLong = await plane.assist(['run', '-i', plane.instanceId, '-'], {input: comment(18_433)})
    expect(tooLong).toMatchObject({code: 2, stdout: ''})
    expect(tooLong.stderr).toMatch(/24[,.]?576|24 KB/)
  })

  it('keeps Chinese text whole wherever a chunk ends', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8; do printf "\\346\\261"; sleep 0.15; printf "\\211字"; done; echo'
    expect(await run(script)).toMatchObject({code: 0, stdout: `${'汉字'.repeat(8)}\n`})
  })

  it('keeps the tail of 100 MB and counts what was dropped', async () => {
    const printed = 100_000_000
    const ended = await run(`yes 0123456789abcde | head -c ${printed}; echo THE-END`, '--json', '--exec-timeout', '60s')
    const [result] = JSON.parse(ended.stdout).results
    expect(result.status).toBe('Success')
    expect(result.output.endsWith('THE-END\n')).toBe(true)
    expect(result.dropped + Buffer.byteLength(result.output)).toBe(printed + 'THE-END\n'.length)
  })

  it('ends the whole tree at its timeout: child, grandchild and a child that left the session', async () => {
    const mark = `4${Math.floor(Math.random() * 1e6)}`
    const script = `sleep ${mark}.1 & sh -c 'sleep ${mark}.2 & wait' & setsid sleep ${mark}.3 & (trap "" TERM; sleep ${mark}.4) & wait`
    const ended = await run(script, '--exec-timeout', '10s')
    expect(ended.code).toBe(124)
    const left = await plane.assist(['run', '-i', plane.instanceId, `pgrep -f 'sleep ${mark}[.]' | wc -l`])
    expect(left.stdout.trim()).toBe('0')
  })

  it('can be stopped from elsewhere while it runs', async () => {
    const running = plane.start(['run', '-i', plane.instanceId, '--print-id', 'echo begun; sleep 100'])
    const [, invokeId] = await running.seen(/(t-[a-z0-9]+)/)
    await running.seen(/begun/)
    const stopped = await plane.assist(['stop', invokeId ?? ''])
    expect(stopped.code).toBe(0)
    expect(await running.ended).toMatchObject({code: 125})
  })

  it('goes on remotely after Ctrl-C, and can be followed again', async () => {
    const running = plane.start(['run', '-i', plane.instanceId, 'echo before; sleep 2; echo after; exit 5'])
    await running.seen(/before/)
    running.process.kill('SIGINT')
    const left = await running.ended
    expect(left.code).toBe(130)
    const [, invokeId] = /(t-[a-z0-9]+)/.exec(left.stderr) ?? []
    expect(left.stderr).toContain('stop')
    const followed = await plane.assist(['results', invokeId ?? '', '--follow'])
    expect(followed).toMatchObject({code: 5, stdout: 'before\nafter\n'})
  })
})

describe('a schedule', () => {
  it('with the smallest legal gap fires on time, twice', async () => {
    const invoked = await plane.assist([
      'run',
      '-i',
      plane.instanceId,
      '--exec-timeout',
      '10s',
      '--frequency',
      '0/10 * * * * *',
      '--json',
      'date +%s',
    ])
    expect(invoked.stderr).toBe('')
    const {invokeId} = JSON.parse(invoked.stdout)
    const rounds = async (): Promise<Array<{output: string}>> => {
      const history = await plane.assist(['results', invokeId, '--history', '--json'])
      const {results} = JSON.parse(history.stdout)
      return results.filter((result: {status: string}) => result.status === 'Success')
    }
    await expect.poll(async () => (await rounds()).length, {timeout: 28_000, interval: 1000}).toBeGreaterThanOrEqual(2)
    const seconds = (await rounds()).map(({output}) => Number(output))
    for (const second of seconds) expect(second % 10).toBeLessThanOrEqual(1)
    expect(new Set(seconds).size).toBe(seconds.length)
    expect(await plane.assist(['stop', invokeId])).toMatchObject({code: 0})
  }, 40_000)
})
