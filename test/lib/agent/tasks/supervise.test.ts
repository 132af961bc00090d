import {describe, expect, it} from 'vitest'
import type {StartRequest} from '../../../../src/lib/agent/process/start.ts'
import {FollowNews} from '../../../../src/lib/agent/talk/follow-news.ts'
import {decodeTask} from '../../../../src/lib/agent/tasks/decode.ts'
import type {ExecuteDeps} from '../../../../src/lib/agent/tasks/execute.ts'
import {superviseRun} from '../../../../src/lib/agent/tasks/supervise.ts'
import {StandingClock} from '../../../support/agent-clock.ts'
import {taskItem} from '../../../support/agent-server.ts'

/** A run whose process is played by the test. */
function setUp() {
  const clock = new StandingClock(1_000_000)
  const ends: string[] = []
  let request: StartRequest | undefined
  let exit = (_code: number): void => {}
  let endOutput = (): void => {}
  let gone = (): void => {}
  const deps = {
    ...{clock, assist: true, killPoint: () => {}, machine: {codePage: undefined}, send: async () => 'taken'},
    followNews: new FollowNews(),
    startProcess: async (asked: StartRequest) => {
      request = asked
      return {
        pid: 1,
        exited: new Promise<number>((resolve) => {
          exit = resolve
        }),
        outputEnded: new Promise<void>((resolve) => {
          endOutput = resolve
        }),
        resumeOutput: () => {},
        leaveOutput: async () => void ends.push('output closed'),
        end: (scope: string) => {
          ends.push(scope)
          return new Promise<void>((resolve) => {
            gone = resolve
          })
        },
      }
    },
  } as unknown as ExecuteDeps
  const task = decodeTask(taskItem('t', 'true', {timeOut: '10'}))
  if (task === undefined || 'param' in task) throw new Error('bad test task')
  const record = {key: 't', taskId: 't', invokeVersion: 0, startMs: 1_000_000, bootId: 'b', folder: 'f'}
  const plan = {folder: 'f', argv: [], cwd: '/', environment: {}, account: undefined}
  const stop = new AbortController()
  const start = {decide: () => {}, taken: Promise.resolve(true)}
  const final = superviseRun(deps, {task, key: 't', isRound: false}, record, plan, start, stop.signal)
  return {
    ...{clock, ends, stop, final},
    print: (text: string) => request?.onOutput(Buffer.from(text)),
    exit: (code: number) => exit(code),
    gone: () => gone(),
    endOutput: () => endOutput(),
  }
}

describe('superviseRun', () => {
  it('reports an exit with what came until the output ended', async () => {
    const {clock, exit, print, endOutput, final} = setUp()
    await clock.advance(3000)
    exit(4)
    await clock.advance(500)
    print('late')
    endOutput()
    await clock.advance(0)
    expect(await final).toMatchObject({
      report: {kind: 'finish', exitCode: 4, startMs: 1_000_000, endMs: 1_003_000},
      body: 'bGF0ZQ==',
    })
    expect((await final).report).not.toHaveProperty('outputLeft')
  })

  it('waits two seconds for output that does not end', async () => {
    const {clock, exit, ends, final} = setUp()
    await clock.advance(1)
    exit(0)
    await clock.advance(1999)
    expect(ends).toEqual([])
    await clock.advance(1)
    expect(ends).toEqual(['output closed'])
    expect((await final).report).toMatchObject({kind: 'finish', outputLeft: true})
  })

  it.each([
    {name: 'a timeout stays one although a stop follows and the script ends well', first: 'timeout', kind: 'timeout'},
    {name: 'a stop stays one although the timeout follows', first: 'stop', kind: 'stopped'},
  ])('$name', async ({first, kind}) => {
    const {clock, exit, gone, endOutput, ends, stop, final} = setUp()
    if (first === 'stop') stop.abort()
    await clock.advance(10_000)
    stop.abort()
    exit(0)
    endOutput()
    await clock.advance(0)
    gone()
    await clock.advance(0)
    expect((await final).report.kind).toBe(kind)
    expect(ends.filter((scope) => scope === 'tree')).toEqual(['tree'])
  })

  it('has not ended before all of the tree is gone', async () => {
    const {clock, exit, gone, endOutput, stop, final} = setUp()
    await clock.advance(0)
    stop.abort()
    exit(143)
    endOutput()
    let over = false
    void final.then(() => {
      over = true
    })
    await clock.advance(5000)
    expect(over).toBe(false)
    gone()
    await clock.advance(0)
    expect(over).toBe(true)
  })

  it('is not stopped any more once the script has ended by itself', async () => {
    const {clock, exit, ends, stop, endOutput, final} = setUp()
    await clock.advance(0)
    exit(0)
    await clock.advance(0)
    stop.abort()
    endOutput()
    await clock.advance(0)
    expect((await final).report.kind).toBe('finish')
    expect(ends).toEqual(['output closed'])
  })
})
