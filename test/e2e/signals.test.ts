import {constants} from 'node:os'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Ended, type Running, startAssist, tempFolder} from '../support/cli.ts'
import {type Plane, startPlane} from '../support/plane.ts'

let plane: Plane
beforeAll(async () => {
  plane = await startPlane()
})
afterAll(() => plane.stop())

const SIGNALS = [
  {signal: 'SIGTERM', code: 143},
  {signal: 'SIGINT', code: 130},
  // What a shell sends whose terminal has gone.
  {signal: 'SIGHUP', code: 129},
] as const

/** The code that a shell sees. */
function codeOf({code, signal}: Ended): number {
  return code ?? 128 + constants.signals[signal ?? 'SIGKILL']
}

async function interrupt(running: Running, signal: NodeJS.Signals): Promise<Ended & {seen: number}> {
  running.process.kill(signal)
  const ended = await running.ended
  return {...ended, seen: codeOf(ended)}
}

/** A script that runs until it is stopped. */
async function startScript(): Promise<string> {
  const {stdout} = await plane.assist(['run', '-i', plane.instanceId, '--no-wait', '--print-id', 'sleep 300'])
  return stdout.trim()
}

async function stopAll(): Promise<void> {
  const {stdout} = await plane.assist([
    'invocations',
    '--status',
    'Running',
    '--query',
    '[invocations[].invokeId][]',
    '-o',
    'text',
  ])
  for (const id of stdout.split(/\s+/).filter(Boolean)) await plane.assist(['stop', id, '--no-wait'])
}

describe('a signal to a command that waits', () => {
  afterAll(stopAll)

  it.each(SIGNALS.slice(0, 2))(
    '$signal ends run with $code, says how to go on, and the script goes on',
    async ({signal, code}) => {
      const running = plane.start(['run', '-i', plane.instanceId, '--print-id', 'echo begun; sleep 300'])
      const [id] = await running.seen(/t-[a-z0-9]+/)
      await running.seen(/begun/)
      const ended = await interrupt(running, signal)
      expect(ended.seen).toBe(code)
      expect(ended.stderr).toContain(`interrupted; ${id} goes on`)
      expect(ended.stderr).toContain(`assist results ${id} --follow`)
      expect((await plane.assist(['invocations', id, '--query', 'invocations[0].status', '-o', 'text'])).stdout).toBe(
        'Running\n',
      )
    },
  )

  it.each(SIGNALS.slice(0, 2))('$signal ends results --follow with $code', async ({signal, code}) => {
    const id = await startScript()
    const running = plane.start(['results', id, '--follow', '--debug'])
    await running.seen(/DescribeInvocationResults/)
    const ended = await interrupt(running, signal)
    expect(ended.seen).toBe(code)
    expect(ended.stderr).toContain(`${id} goes on`)
  })

  it.each(SIGNALS.slice(0, 2))('$signal ends stop with $code', async ({signal, code}) => {
    const script = "trap '' TERM; echo deaf; while :; do sleep 1; done"
    const running = plane.start(['run', '-i', plane.instanceId, '--print-id', script])
    const [id] = await running.seen(/t-[a-z0-9]+/)
    await running.seen(/deaf/)
    const stopping = plane.start(['stop', id, '--debug'])
    await stopping.seen(/StopInvocation[\s\S]*DescribeInvocationResults/)
    expect((await interrupt(stopping, signal)).seen).toBe(code)
    await interrupt(running, 'SIGKILL')
  })

  it.each(SIGNALS)('$signal ends a raw call that waits with $code', async ({signal, code}) => {
    const waiter = ['--waiter', 'expr=TotalCount', 'to=-1', 'timeout=60']
    const running = plane.start(['ecs', 'DescribeCommands', ...waiter, '--debug'])
    await running.seen(/DescribeCommands/)
    expect((await interrupt(running, signal)).seen).toBe(code)
  })
})

describe('a signal to a command that starts something', () => {
  it.each(SIGNALS)('$signal ends local up with $code, and the plane can be had afterwards', async ({signal, code}) => {
    const home = tempFolder()
    const running = startAssist(['local', 'up'], {home: home.path})
    await running.seen(/Starting/)
    expect((await interrupt(running, signal)).seen).toBe(code)
    const up = await startAssist(['local', 'up', '--json'], {home: home.path}).ended
    expect(JSON.parse(up.stdout)).toMatchObject({running: true})
    await startAssist(['local', 'down', '--force'], {home: home.path}).ended
    home.remove()
  })
})

describe('a signal to a program that serves', () => {
  // An orderly end is no failure: service managers would restart or complain.
  it.each(SIGNALS)('$signal ends server start in good order', async ({signal}) => {
    const home = tempFolder()
    const server = startAssist(['server', 'start', '--data-dir', 'data', '--port', '0'], {home: home.path})
    await server.seen(/Listening at/)
    expect((await interrupt(server, signal)).seen).toBe(0)
    home.remove()
  })

  it.each(SIGNALS)('$signal ends agent start in good order', async ({signal}) => {
    plane.agent.process.kill(signal)
    expect(codeOf(await plane.agent.ended)).toBe(0)
    await plane.startAgent()
  })
})
